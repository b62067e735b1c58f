//! HTTP clients: which calls send a request, where a time limit goes, and what holds where none is given.
//!
//! Sources: the documentation of each package, named at its row, and <https://fetch.spec.whatwg.org/#fetch-method>.

/// One client, of a range of major versions.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The package, built-in module or global.
    pub source: &'static str,
    /// From this major version on.
    pub since: u32,
    /// Before this major version.
    pub before: u32,
    /// What the calls are made on, as the way from the package; the empty way is the package itself.
    pub objects: &'static [&'static str],
    /// Methods that give another object of the same kind.
    pub makes: &'static [&'static str],
    /// Methods that send a request, and which of their arguments may be options; the empty name is the object called.
    pub calls: &'static [(&'static str, &'static [usize])],
    /// The options that are a time limit.
    pub limits: &'static [&'static str],
    /// Methods of what the call gives, or of what it is called on, that set a time limit.
    pub chained: &'static [&'static str],
    /// Whether methods that only describe the request may stand between the object and the call.
    pub fluent: bool,
    /// The limit that holds where none is given, in words; empty where none does.
    pub built_in: &'static str,
}

const ANY: Row = Row {
    source: "",
    since: 0,
    before: u32::MAX,
    objects: &[""],
    makes: &[],
    calls: &[("", &[1])],
    limits: &["signal"],
    chained: &[],
    fluent: false,
    built_in: "",
};

const fn fetch(source: &'static str) -> Row {
    Row { source, objects: &["", "fetch", "default"], ..ANY }
}

/// The rows for a call of this package, built-in module or global; `major` is the least major version that the service
/// depends on.
pub fn rows(source: &str, major: Option<u32>) -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
        .filter(move |row| row.source == source && major.is_none_or(|major| row.since <= major && major < row.before))
}

/// Whether a package is one of the clients here.
pub fn is_client(source: &str) -> bool {
    ROWS.iter().any(|row| row.source == source)
}

const VERBS: &[(&str, &[usize])] = &[
    ("", &[0, 1]),
    ("request", &[0]),
    ("get", &[1]),
    ("delete", &[1]),
    ("head", &[1]),
    ("options", &[1]),
    ("post", &[2]),
    ("put", &[2]),
    ("patch", &[2]),
    ("postForm", &[2]),
    ("putForm", &[2]),
    ("patchForm", &[2]),
];

/// Calls that take a URL and options, or only options.
const URL_OPTIONS: &[(&str, &[usize])] = &[
    ("", &[0, 1]),
    ("get", &[0, 1]),
    ("post", &[0, 1]),
    ("put", &[0, 1]),
    ("patch", &[0, 1]),
    ("delete", &[0, 1]),
    ("del", &[0, 1]),
    ("head", &[0, 1]),
    ("options", &[0, 1]),
    ("stream", &[0, 1]),
    ("paginate", &[0, 1]),
    ("raw", &[0, 1]),
];

const FLUENT: &[(&str, &[usize])] = &[
    ("", &[]),
    ("get", &[]),
    ("post", &[]),
    ("put", &[]),
    ("patch", &[]),
    ("delete", &[]),
    ("del", &[]),
    ("head", &[]),
    ("options", &[]),
];

const ROWS: &[Row] = &[
    // <https://developer.mozilla.org/en-US/docs/Web/API/RequestInit>: it knows no `timeout`.
    ANY_FETCH,
    // <https://github.com/node-fetch/node-fetch/blob/2.x/README.md>: `timeout` went away with version 3.
    Row { limits: &["signal", "timeout"], before: 3, ..fetch("node-fetch") },
    Row { since: 3, ..fetch("node-fetch") },
    // These two run node-fetch 2 in Node.js: <https://github.com/lquixada/cross-fetch>,
    // <https://github.com/matthew-andrews/isomorphic-fetch>.
    Row { limits: &["signal", "timeout"], ..fetch("cross-fetch") },
    Row { limits: &["signal", "timeout"], ..fetch("isomorphic-fetch") },
    Row { limits: &["signal", "timeout"], ..fetch("isomorphic-unfetch") },
    Row { limits: &["signal", "timeout"], ..fetch("node-fetch-commonjs") },
    fetch("@whatwg-node/fetch"),
    fetch("node-fetch-native"),
    // <https://github.com/jonbern/fetch-retry>: `fetchRetry(fetch)` is a `fetch`.
    Row { objects: &["()"], ..fetch("fetch-retry") },
    Row { objects: &["()"], ..fetch("fetch-cookie") },
    // <https://github.com/npm/make-fetch-happen>
    Row { objects: &["", "defaults()"], limits: &["signal", "timeout"], ..fetch("make-fetch-happen") },
    // <https://undici.nodejs.org/#/docs/api/Dispatcher>: the defaults of 300 s for headers and for each part of the
    // body are no limit on a call.
    Row {
        source: "undici",
        calls: &[("fetch", &[1]), ("request", &[1]), ("stream", &[1]), ("pipeline", &[1])],
        limits: &["signal", "headersTimeout", "bodyTimeout"],
        ..ANY
    },
    Row {
        source: "undici",
        objects: &["Clientnew", "Poolnew", "BalancedPoolnew", "Agentnew", "ProxyAgentnew", "RetryAgentnew"],
        calls: &[("request", &[0]), ("stream", &[0]), ("pipeline", &[0]), ("dispatch", &[0])],
        limits: &["signal", "headersTimeout", "bodyTimeout"],
        ..ANY
    },
    // <https://axios-http.com/docs/req_config>: `timeout` is 0, no limit, by default.
    Row {
        source: "axios",
        objects: &["", "default", "Axiosnew", "AxiosInstance:type", "AxiosStatic:type", "Axios:type"],
        makes: &["create"],
        calls: VERBS,
        limits: &["timeout", "signal", "cancelToken"],
        ..ANY
    },
    // <https://docs.nestjs.com/techniques/http-module>: an axios behind `HttpService`.
    Row {
        source: "@nestjs/axios",
        objects: &["HttpService:type", "HttpService:type.axiosRef", "HttpServicenew"],
        calls: VERBS,
        limits: &["timeout", "signal", "cancelToken"],
        ..ANY
    },
    Row {
        source: "@nestjs/common",
        objects: &["HttpService:type", "HttpService:type.axiosRef"],
        calls: VERBS,
        limits: &["timeout", "signal", "cancelToken"],
        ..ANY
    },
    // <https://github.com/sindresorhus/got/blob/main/documentation/6-timeout.md>: none by default.
    Row {
        source: "got",
        objects: &["", "default", "got"],
        makes: &["extend"],
        calls: URL_OPTIONS,
        limits: &["timeout", "signal"],
        ..ANY
    },
    // <https://github.com/sindresorhus/ky#timeout>
    Row {
        source: "ky",
        objects: &["", "default"],
        makes: &["create", "extend"],
        calls: URL_OPTIONS,
        limits: &["timeout", "signal"],
        built_in: "ky gives up after 10 s by itself",
        ..ANY
    },
    // <https://ladjs.github.io/superagent/#timeouts>
    Row {
        source: "superagent",
        objects: &["", "agent()", "agentnew"],
        calls: FLUENT,
        limits: &[],
        chained: &["timeout"],
        ..ANY
    },
    // <https://github.com/request/request#requestoptions-callback>
    Row { limits: &["timeout"], makes: &["defaults"], calls: URL_OPTIONS, source: "request", ..ANY },
    Row { limits: &["timeout"], makes: &["defaults"], calls: URL_OPTIONS, source: "request-promise", ..ANY },
    Row { limits: &["timeout"], makes: &["defaults"], calls: URL_OPTIONS, source: "request-promise-native", ..ANY },
    Row { limits: &["timeout"], makes: &["defaults"], calls: URL_OPTIONS, source: "@cypress/request", ..ANY },
    Row { limits: &["timeout"], makes: &["defaults"], calls: URL_OPTIONS, source: "postman-request", ..ANY },
    // <https://github.com/tomas/needle#request-timeout>: only opening the connection is limited by default.
    Row {
        source: "needle",
        calls: &[
            ("", &[2, 3]),
            ("request", &[2, 3]),
            ("get", &[1]),
            ("head", &[1]),
            ("post", &[2]),
            ("put", &[2]),
            ("patch", &[2]),
            ("delete", &[2]),
        ],
        limits: &["timeout", "response_timeout", "read_timeout", "open_timeout", "signal"],
        ..ANY
    },
    // <https://github.com/ethanent/phin>
    Row {
        source: "phin",
        objects: &["", "default"],
        makes: &["defaults"],
        calls: &[("", &[0]), ("unpromisified", &[0])],
        limits: &["timeout"],
        ..ANY
    },
    // <https://github.com/mikeal/bent>: it has no option for one.
    Row { source: "bent", objects: &["()"], calls: &[("", &[])], limits: &[], ..ANY },
    // <https://github.com/unjs/ofetch#%EF%B8%8F-timeout>
    Row {
        source: "ofetch",
        objects: &["ofetch", "$fetch", ""],
        makes: &["create"],
        calls: &[("", &[1]), ("raw", &[1]), ("native", &[1])],
        limits: &["timeout", "signal"],
        ..ANY
    },
    Row {
        source: "$fetch",
        makes: &["create"],
        calls: &[("", &[1]), ("raw", &[1])],
        limits: &["timeout", "signal"],
        ..ANY
    },
    // <https://github.com/elbywan/wretch#abortable-requests->
    Row {
        source: "wretch",
        objects: &["()", "default()"],
        calls: &[
            ("get", &[]),
            ("post", &[]),
            ("put", &[]),
            ("patch", &[]),
            ("delete", &[]),
            ("head", &[]),
            ("opts", &[]),
        ],
        limits: &[],
        chained: &["signal", "options", "setTimeout"],
        fluent: true,
        ..ANY
    },
    // <https://github.com/feross/simple-get>
    Row {
        source: "simple-get",
        calls: &[
            ("", &[0]),
            ("get", &[0]),
            ("post", &[0]),
            ("put", &[0]),
            ("patch", &[0]),
            ("delete", &[0]),
            ("concat", &[0]),
        ],
        limits: &["timeout"],
        ..ANY
    },
    // <https://github.com/node-modules/urllib>: `TIMEOUT` is 5 s.
    Row {
        source: "urllib",
        calls: &[("request", &[1]), ("curl", &[1])],
        limits: &["timeout"],
        built_in: "urllib gives up after 5 s by itself",
        ..ANY
    },
    // <https://github.com/googleapis/gaxios>
    Row { source: "gaxios", calls: &[("request", &[0])], limits: &["timeout", "signal"], ..ANY },
    Row { source: "redaxios", objects: &["", "default"], makes: &["create"], calls: VERBS, limits: &["signal"], ..ANY },
    // <https://github.com/apollographql/apollo-fetch>: whoever makes one can only give a `fetch` of his own.
    Row { source: "apollo-fetch", calls: &[("createApolloFetch", &[0])], limits: &["customFetch", "fetch"], ..ANY },
    // <https://github.com/graffle-js/graffle/tree/graphql-request>
    Row {
        source: "graphql-request",
        calls: &[("request", &[0]), ("rawRequest", &[0])],
        limits: &["signal", "fetch"],
        ..ANY
    },
    Row {
        source: "graphql-request",
        objects: &["GraphQLClientnew", "GraphQLClient:type"],
        calls: &[("request", &[0, 2]), ("rawRequest", &[0])],
        limits: &["signal", "fetch", "timeout"],
        ..ANY
    },
    // <https://nodejs.org/api/http.html#httprequesturl-options-callback>; an agent's `timeout` closes idle sockets.
    NODE_HTTP,
    Row { source: "https", ..NODE_HTTP },
    // <https://github.com/follow-redirects/follow-redirects>
    Row { source: "follow-redirects", objects: &["http", "https"], ..NODE_HTTP },
];

const ANY_FETCH: Row = Row { source: "fetch", ..ANY };

const NODE_HTTP: Row = Row {
    source: "http",
    objects: &["", "default"],
    calls: &[("request", &[0, 1]), ("get", &[0, 1])],
    limits: &["timeout", "signal"],
    chained: &["setTimeout"],
    ..ANY
};

/// Functions of packages that give back the client that they are given first, changed in some other way.
pub const PASS_ON: &[(&str, &str)] = &[
    // <https://github.com/3846masa/axios-cookiejar-support>
    ("axios-cookiejar-support", "wrapper"),
    ("axios-cookiejar-support", ""),
    // <https://axios-cache-interceptor.js.org/guide/getting-started>
    ("axios-cache-interceptor", "setupCache"),
    // <https://github.com/aishek/axios-rate-limit>
    ("axios-rate-limit", ""),
    ("axios-hooks", "makeUseAxios"),
];

/// Packages that speak to one vendor, or sign people in, and keep their HTTP calls to themselves.
const VENDORS: &[&str] = &[
    "@aws-sdk/",
    "@azure/",
    "@google-cloud/",
    "@googleapis/",
    "@slack/",
    "@sendgrid/",
    "@octokit/",
    "@anthropic-ai/sdk",
    "@notionhq/client",
    "@supabase/",
    "@auth0/",
    "@clerk/",
    "@okta/",
    "@mailchimp/",
    "@paypal/",
    "@line/bot-sdk",
    "@getbrevo/brevo",
    "@keycloak/keycloak-admin-client",
    "@google/generative-ai",
    "@google/genai",
    "@mistralai/mistralai",
    "@huggingface/inference",
    "@pinecone-database/pinecone",
    "@upstash/redis",
    "@vercel/blob",
    "@workos-inc/node",
    "passport-",
    "apple-signin-auth",
    "auth0",
    "aws-sdk",
    "cloudinary",
    "firebase-admin",
    "google-auth-library",
    "googleapis",
    "intercom-client",
    "jwks-rsa",
    "mailgun.js",
    "mailgun-js",
    "mailchimp-api-v3",
    "minio",
    "node-mailjet",
    "nodemailer-mailgun-transport",
    "octokit",
    "ollama",
    "openai",
    "openid-client",
    "postmark",
    "posthog-node",
    "plaid",
    "razorpay",
    "replicate",
    "resend",
    "simple-oauth2",
    "stripe",
    "telegraf",
    "twilio",
    "twitter-api-v2",
    "web-push",
];

/// Whether a package is a vendor's SDK or an auth library.
pub fn is_vendor(package: &str) -> bool {
    VENDORS.iter().any(
        |vendor| {
            if vendor.ends_with(['/', '-']) { package.starts_with(vendor) } else { package == *vendor }
        },
    )
}
