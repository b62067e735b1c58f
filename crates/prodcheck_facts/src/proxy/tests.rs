//! Configurations of each proxy.

use super::*;

fn file(path: &str, text: &str) -> ProxyFile {
    let path = RepoPath::new(path);
    assert!(may_be_proxy(&path), "{path}");
    let (file, notes) = read(&path, text);
    assert_eq!(notes, []);
    let file = file.expect("a proxy's file");
    for forward in &file.forwards {
        assert!(text.get(forward.span.range()).is_some());
    }
    file
}

fn targets(file: &ProxyFile) -> Vec<(Option<&str>, Option<u16>)> {
    file.forwards.iter().flat_map(|forward| &forward.targets).map(|to| (to.host.as_deref(), to.port)).collect()
}

#[test]
fn nginx_with_upstreams_and_variables() {
    let text = "# größe\nupstream app {\n  server api:3000 max_fails=3;\n  server 10.0.0.2:3000;\n}\nserver {\n  gzip on;\n  set $web http://web:80;\n  add_header X-Frame-Options DENY always;\n  location / { proxy_pass http://app; limit_req zone=one; }\n  location /web { proxy_pass $web; add_header X-A b; }\n  location /x { proxy_pass http://$host:8080; }\n  location /s { proxy_pass http://unix:/run/app.sock:/; }\n}\n";
    let file = file("deploy/nginx.conf.template", text);
    assert_eq!(
        targets(&file),
        [
            (Some("api"), Some(3000)),
            (Some("10.0.0.2"), Some(3000)),
            (Some("web"), Some(80)),
            (None, Some(8080)),
            (Some("/run/app.sock"), None)
        ]
    );
    let headers: Vec<(&str, bool)> = file.headers.iter().map(|one| (one.name.as_str(), one.is_scoped)).collect();
    assert_eq!(headers, [("X-Frame-Options", false), ("X-A", true)]);
    assert_eq!((file.limits.len(), file.compression.len(), file.checks.len()), (1, 1, 1));
    assert_eq!(text.get(file.forwards[0].span.range()), Some("proxy_pass http://app"));
}

#[test]
fn caddy_with_matchers_and_blocks() {
    let text = "äpi.example {\n\tencode gzip zstd\n\theader {\n\t\tX-Frame-Options DENY\n\t\t-Server\n\t}\n\treverse_proxy /api/* {$API:api:3000}\n\thandle {\n\t\treverse_proxy {\n\t\t\tto web:80 web2:80\n\t\t\thealth_uri /health\n\t\t}\n\t}\n}\n";
    let file = file("Caddyfile.prod", text);
    assert_eq!(targets(&file), [(Some("api"), Some(3000)), (Some("web"), Some(80)), (Some("web2"), Some(80))]);
    assert_eq!((file.headers.len(), file.compression.len(), file.checks.len()), (2, 1, 1));
}

#[test]
fn haproxy_backends() {
    let text = "global\n  maxconn 100\nfrontend web\n  bind *:443\n  http-request deny if { sc_http_req_rate(0) gt 20 }\n  http-response set-header X-Frame-Options DENY\nbackend api\n  option httpchk GET /health\n  server a 10.0.0.1:3000 check\n  server b äpi:3000\n";
    let file = file("haproxy/haproxy.cfg", text);
    assert_eq!(targets(&file), [(Some("10.0.0.1"), Some(3000)), (Some("äpi"), Some(3000))]);
    assert_eq!((file.limits.len(), file.headers.len(), file.checks.len()), (1, 1, 1));
}

#[test]
fn apache_hosts() {
    let text = "<VirtualHost *:443>\n  ProxyPass /static !\n  ProxyPass / http://localhost:3000/\n  ProxyPassReverse / http://localhost:3000/\n  RewriteRule ^/ws(.*) ws://127.0.0.1:3001$1 [P,L]\n  Header always set X-Frame-Options \"DENY\"\n  AddOutputFilterByType DEFLATE text/html\n</VirtualHost>\n";
    let file = file("apache/site.conf", text);
    assert_eq!(targets(&file), [(Some("localhost"), Some(3000)), (Some("127.0.0.1"), None)]);
    assert_eq!((file.headers.len(), file.compression.len()), (1, 1));
}

#[test]
fn traefik_and_envoy() {
    let text = "http:\n  services:\n    api:\n      loadBalancer:\n        healthCheck: {path: /health}\n        servers:\n          - url: http://äpi:3000\n  middlewares:\n    a: {rateLimit: {average: 100}}\n    b: {compress: true}\n    c: {headers: {frameDeny: true, stsSeconds: 31536000}}\n";
    let traefik = file("traefik/dynamic.yml", text);
    assert_eq!((traefik.tool, targets(&traefik)), (ProxyTool::Traefik, vec![(Some("äpi"), Some(3000))]));
    assert_eq!(
        (traefik.limits.len(), traefik.compression.len(), traefik.headers.len(), traefik.checks.len()),
        (1, 1, 2, 1)
    );
    let toml = file(
        "traefik.toml",
        "[http.services.api.loadBalancer]\n[[http.services.api.loadBalancer.servers]]\nurl = \"http://10.0.0.1\"\n",
    );
    assert_eq!(targets(&toml), [(Some("10.0.0.1"), None)]);
    let text = "static_resources:\n  listeners:\n  - filters:\n    - name: envoy.filters.http.local_ratelimit\n  clusters:\n  - name: api\n    load_assignment:\n      endpoints:\n      - lb_endpoints:\n        - endpoint:\n            address:\n              socket_address: {address: api, port_value: 3000}\n";
    let envoy = file("envoy.yaml", text);
    assert_eq!(
        (envoy.tool, targets(&envoy), envoy.limits.len()),
        (ProxyTool::Envoy, vec![(Some("api"), Some(3000))], 1)
    );
}

#[test]
fn other_files_are_none() {
    for (path, text) in [
        ("redis.conf", "maxmemory 100mb\n"),
        ("supervisord.conf", "[program:api]\ncommand=node server.js\n"),
        ("traefik/traefik.yml", "entryPoints: {web: {address: \":80\"}}\n"),
        ("nginx.conf", "worker_processes 1; events {"),
    ] {
        assert_eq!(read(&path.into(), text), (None, Vec::new()), "{path}");
    }
    assert!(!may_be_proxy(&"src/nginx.ts".into()) && !may_be_proxy(&"compose.yaml".into()));
    assert!(may_be_proxy(&"sites-available/api".into()) && may_be_proxy(&"conf/default.conf.j2".into()));
}

#[test]
fn hosts_of_targets() {
    assert_eq!(Target::parse("[::1]:3000"), Target { host: Some("::1".into()), port: Some(3000) });
    assert_eq!(Target::parse("http://API:3000/x"), Target { host: Some("api".into()), port: Some(3000) });
    assert_eq!(Target::parse("{{ upstream }}"), Target { host: None, port: None });
    assert_eq!(Target::parse(""), Target { host: None, port: None });
}
