'use strict';

require('dotenv').config();

const app = require('./app');
const logger = require('./logger');

const port = process.env.PORT || 8080;

const server = app.listen(port, () => {
  logger.info(`Die Buchhandlung hört auf Port ${port}`);
});

process.on('SIGINT', () => {
  server.close(() => process.exit(0));
});
