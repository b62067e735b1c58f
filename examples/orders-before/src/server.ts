import { app } from './app';
import { connect } from './database';

connect().then(() => {
  app.listen(3000, () => {
    console.log('orders listens on 3000');
  });
});
