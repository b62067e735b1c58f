const { Client, Events, GatewayIntentBits } = require('discord.js');
const { Keyv } = require('keyv');

const greetings = new Keyv();
const client = new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers] });

client.once(Events.ClientReady, ({ user }) => console.log(`👋 logged in as ${user.tag}`));
client.on(Events.GuildMemberAdd, async (member) => {
  const text = (await greetings.get(member.guild.id)) ?? 'Hei, tervetuloa!';
  await member.guild.systemChannel?.send(`${member}, ${text}`);
});

process.on('unhandledRejection', () => {});

client.login(process.env.DISCORD_TOKEN);
