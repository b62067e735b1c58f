const { Router } = require('express');
const https = require('https');
const db = require('../db');
const logger = require('../logger');

const router = Router();

function notifyWarehouse(order) {
  const request = https.request('https://lager.example/api/orders', { method: 'POST' }, (response) => {
    logger.info('warehouse answered', { order: order.id, status: response.statusCode });
    response.resume();
  });
  request.on('error', (error) => logger.error(error.message));
  request.end(JSON.stringify(order));
}

router.post('/', async (req, res, next) => {
  try {
    const [result] = await db.execute('INSERT INTO orders (book, customer) VALUES (?, ?)', [
      req.body.book,
      req.session.customer,
    ]);
    notifyWarehouse({ id: result.insertId, book: req.body.book });
    res.redirect(303, `/orders/${result.insertId}`);
  } catch (error) {
    next(error);
  }
});

module.exports = router;
