import mqtt from 'mqtt';

export function subscribe(log, handle) {
  const client = mqtt.connect(process.env.MQTT_URL, { connectTimeout: 5_000, reconnectPeriod: 2_000 });
  client.on('connect', () => client.subscribe('stations/+/reading'));
  client.on('error', (error) => log.error(error, 'broker'));
  client.on('message', (topic, payload) => handle({ station: topic.split('/')[1], ...JSON.parse(payload) }));
  return client;
}
