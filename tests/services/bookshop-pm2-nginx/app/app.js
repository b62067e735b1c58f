'use strict';

const cookieParser = require('cookie-parser');
const express = require('express');
const session = require('express-session');
const helmet = require('helmet');
const morgan = require('morgan');
const path = require('path');
const books = require('./routes/books');
const orders = require('./routes/orders');
const logger = require('./logger');

const app = express();

app.set('views', path.join(__dirname, 'views'));
app.set('view engine', 'pug');
app.set('trust proxy', 'loopback');

app.use(helmet());
app.use(morgan('combined', { stream: { write: (line) => logger.http(line.trim()) } }));
app.use(cookieParser());
app.use(express.urlencoded({ extended: false }));
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));

app.get('/health', (req, res) => res.json({ status: 'ok' }));
app.use('/books', books);
app.use('/orders', orders);

app.use((err, req, res, next) => {
  logger.error(err.stack);
  res.status(500).render('error', { message: 'Das hat nicht geklappt.' });
});

module.exports = app;
