//! What the images of the services beside the application tell: proxies, mail catchers, database consoles.

/// Images of reverse proxies, by their repository's last part.
const PROXIES: &[&str] = &[
    "nginx",
    "nginx-unprivileged",
    "nginx-proxy",
    "nginx-proxy-manager",
    "openresty",
    "caddy",
    "caddy-docker-proxy",
    "traefik",
    "haproxy",
    "envoy",
    "httpd",
    "swag",
    "cloudflared",
    "jwilder/nginx-proxy",
];

/// Images that catch mail in place of delivering it.
const MAIL_CATCHERS: &[&str] = &[
    "maildev",
    "mailhog",
    "mailpit",
    "mailcatcher",
    "mailtutan",
    "smtp4dev",
    "inbucket",
    "fake-smtp-server",
    "fakesmtp",
    "docker-fakesmtp",
    "papercut-smtp",
    "mailslurper",
];

/// Images of consoles to look into databases.
const DATABASE_CONSOLES: &[&str] = &[
    "adminer",
    "pgadmin4",
    "pgadmin",
    "phpmyadmin",
    "phppgadmin",
    "mongo-express",
    "redis-commander",
    "redisinsight",
    "phpredisadmin",
    "pgweb",
    "cloudbeaver",
    "dbgate",
    "mongoku",
    "nosqlclient",
    "dynamodb-admin",
    "elasticsearch-hq",
];

/// The name of an image without registry, tag and digest: `bitnami/nginx` of `docker.io/bitnami/nginx:1.27@sha256:…`.
fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    match image.get(slash..).and_then(|name| name.find(':')) {
        Some(colon) => image.get(..slash + colon).unwrap_or(image),
        None => image,
    }
}

fn is_one_of(image: &str, names: &[&str]) -> bool {
    let repository = repository(image).to_ascii_lowercase();
    let last = repository.rsplit('/').next().unwrap_or("");
    names.contains(&last)
}

/// Whether an image is a reverse proxy.
pub fn is_proxy(image: &str) -> bool {
    is_one_of(image, PROXIES)
}

/// Whether an image is a mail catcher or a database console, which stand beside an application in development.
pub fn is_for_development(image: &str) -> bool {
    is_one_of(image, MAIL_CATCHERS) || is_one_of(image, DATABASE_CONSOLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_last_part() {
        assert!(
            is_proxy("nginx") && is_proxy("docker.io/library/traefik:v3.1@sha256:ab") && is_proxy("host:5000/a/caddy")
        );
        assert!(!is_proxy("acme/nginx-exporter:1") && !is_proxy("acme/app:nginx"));
        assert!(is_for_development("axllent/mailpit") && is_for_development("dpage/pgadmin4:9.16"));
        assert!(!is_for_development("postgres:17") && !is_for_development("acme/maildev-api"));
    }
}
