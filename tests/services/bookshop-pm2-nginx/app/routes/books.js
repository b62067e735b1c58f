const { Router } = require('express');
const db = require('../db');

const router = Router();

router.get('/', async (req, res, next) => {
  try {
    const [books] = await db.query('SELECT id, title, author, price FROM books ORDER BY title LIMIT 50');
    res.render('books', { books });
  } catch (error) {
    next(error);
  }
});

router.get('/:id', async (req, res, next) => {
  try {
    const [[book]] = await db.query('SELECT * FROM books WHERE id = ?', [req.params.id]);
    book ? res.render('book', { book }) : res.status(404).render('error', { message: 'Kein solches Buch.' });
  } catch (error) {
    next(error);
  }
});

module.exports = router;
