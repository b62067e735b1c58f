const path = require('path');

const ROOT = '/var/www/bookshop';

module.exports = {
  apps: [
    {
      name: 'bookshop',
      script: 'app/index.js',
      cwd: path.join(ROOT, 'current'),
      instances: process.env.WEB_CONCURRENCY || 2,
      exec_mode: 'cluster',
      max_memory_restart: '400M',
      kill_timeout: 8000,
      error_file: path.join(ROOT, 'shared/log/error.log'),
      out_file: path.join(ROOT, 'shared/log/out.log'),
      env: { PORT: 8080 },
      env_production: { NODE_ENV: 'production', LOG_LEVEL: 'info' },
    },
    {
      name: 'newsletter',
      script: 'app/jobs/newsletter.js',
      cron_restart: '0 7 * * 1',
      autorestart: false,
    },
  ],
  deploy: {
    production: {
      user: 'deploy',
      host: ['bücher.example'],
      ref: 'origin/main',
      repo: 'git@git.example:bookshop/bookshop.git',
      path: ROOT,
      'post-deploy': 'npm ci --omit=dev && pm2 reload ecosystem.config.js --env production && pm2 save',
    },
  },
};
