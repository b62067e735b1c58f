//! Files by which a platform is told what to run: what is the same in all of them, one file a tool below.

mod app_engine;
mod azure;
mod cloud_foundry;
mod digital_ocean;
mod ecs;
mod entries;
mod fly;
mod functions;
mod heroku;
mod kamal;
mod nais;
mod nomad;
mod railway;
mod render;
mod serverless;
#[cfg(test)]
mod tests;
mod wrangler;

use crate::given::{Field, Variable};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// How many processes of one file are looked at. Real files have a handful.
const MOST: usize = 50;

/// A platform that runs services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// Heroku, and Dokku, which reads the same files.
    Heroku,
    /// Fly.io.
    Fly,
    /// Render.
    Render,
    /// Railway.
    Railway,
    /// Google App Engine, standard and flexible.
    AppEngine,
    /// Amazon ECS.
    Ecs,
    /// Cloud Foundry.
    CloudFoundry,
    /// NAIS.
    Nais,
    /// DigitalOcean App Platform.
    DigitalOcean,
    /// Kamal, on servers of one's own.
    Kamal,
    /// HashiCorp Nomad.
    Nomad,
    /// Google Cloud Run, by command.
    CloudRun,
    /// Azure App Service.
    AppService,
    /// Azure Container Apps.
    ContainerApps,
    /// Cloudflare Workers.
    Cloudflare,
    /// AWS Lambda, by the Serverless Framework or SAM.
    Lambda,
    /// Vercel.
    Vercel,
    /// Netlify.
    Netlify,
}

/// One file of a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformFile {
    /// The platform.
    pub platform: Platform,
    /// What it runs.
    pub deployed: Vec<Deployed>,
    /// Where it asks for preview or review environments.
    pub previews: Option<Span>,
    /// Whether it is a template for others' first deploy, such as a button in a README, rather than this project's own.
    pub template: bool,
}

/// What one process of a platform's file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It gets requests by the platform's router.
    Web,
    /// It runs long and gets none.
    Worker,
    /// It does its work and ends.
    Job,
    /// Files only: no process runs.
    Static,
}

/// What it is told to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A line that a shell reads.
    Line(Spanned<String>),
    /// Words, run without a shell.
    Words(Vec<Spanned<String>>),
    /// Modules whose functions the platform calls: paths without an extension, or patterns, from the deployed folder.
    Modules(Vec<Spanned<String>>),
}

/// How an image comes to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// By the platform, from the source; by its Dockerfile where there is one and the platform looks for it.
    FromSource,
    /// From a Dockerfile: where it is, and its stage, as written.
    Dockerfile {
        /// The Dockerfile's path; `None` for `Dockerfile`.
        path: Option<Spanned<String>>,
        /// The folder that is sent to the build.
        context: Option<Spanned<String>>,
        /// The stage.
        target: Option<Spanned<String>>,
    },
    /// It is pulled by this name; `None` where the name is not told.
    Image(Option<Spanned<String>>),
}

/// How many processes run at the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// This many.
    Count(u64),
    /// As many as the load asks for.
    Automatic,
}

/// How much memory one process may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// In bytes.
    Bytes(u64),
    /// A plan or size whose name is given.
    Named,
}

/// How a new version takes the place of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The new one serves first.
    Rolling,
    /// The old one goes first.
    AtOnce,
}

/// A process, service or function of a platform's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// Its name in the file.
    pub name: Option<Spanned<String>>,
    /// Where the file declares it: the place for what it lacks.
    pub span: Span,
    /// What it is for.
    pub role: Role,
    /// What it runs; `None` for the default.
    pub command: Option<Command>,
    /// The folder of the repository that is deployed, as written, from the folder of the file.
    pub folder: Option<Spanned<String>>,
    /// What its image is made from.
    pub made: Made,
    /// Its variables, in order.
    pub environment: Vec<Variable>,
    /// What is run to build it.
    pub builds: Vec<Spanned<String>>,
    /// What is run before a release.
    pub releases: Vec<Spanned<String>>,
    /// How many of it run.
    pub instances: Option<Field<Scale>>,
    /// Its memory.
    pub memory: Option<Field<Memory>>,
    /// What polls it; `false` where that is switched off.
    pub health: Option<Field<bool>>,
    /// Whether it is started again when it ends.
    pub restarts: Option<Field<bool>>,
    /// After how many restarts it stays down.
    pub retries: Option<Field<u64>>,
    /// How it is replaced.
    pub replaced: Option<Field<Replaced>>,
    /// The user.
    pub user: Option<Field<String>>,
    /// The version of Node.js, as written.
    pub node: Option<Field<String>>,
    /// The limit on open files.
    pub open_files: Option<Field<u64>>,
}

impl Deployed {
    /// A process of which only the place is known.
    pub fn of_span(span: Span) -> Self {
        Self::at(None, span)
    }

    /// Something of which only the place is known.
    fn at(name: Option<Spanned<String>>, span: Span) -> Self {
        Self {
            name,
            span,
            role: Role::Web,
            command: None,
            folder: None,
            made: Made::FromSource,
            environment: Vec::new(),
            builds: Vec::new(),
            releases: Vec::new(),
            instances: None,
            memory: None,
            health: None,
            restarts: None,
            retries: None,
            replaced: None,
            user: None,
            node: None,
            open_files: None,
        }
    }
}

impl PlatformFile {
    fn of(platform: Platform, deployed: Vec<Deployed>) -> Self {
        Self { platform, deployed, previews: None, template: false }
    }
}

/// What reading a file gave: what it says where it is a platform's, and what could not be read.
pub type Read = (Option<PlatformFile>, Vec<Note>);

/// How one platform's file is known by its path, and read.
struct Reader {
    reads: fn(&RepoPath) -> bool,
    read: fn(&RepoPath, &str) -> Read,
}

/// Every platform's files.
const READERS: &[Reader] = &[
    Reader { reads: heroku::is_procfile, read: heroku::read_procfile },
    Reader { reads: heroku::is_app_json, read: heroku::read_app_json },
    Reader { reads: heroku::is_heroku_yml, read: heroku::read_heroku_yml },
    Reader { reads: fly::is_fly, read: fly::read },
    Reader { reads: render::is_render, read: render::read },
    Reader { reads: railway::is_railway, read: railway::read },
    Reader { reads: app_engine::is_app_yaml, read: app_engine::read },
    Reader { reads: ecs::is_task, read: ecs::read },
    Reader { reads: azure::is_copilot, read: azure::read_copilot },
    Reader { reads: azure::is_template, read: azure::read_template },
    Reader { reads: azure::is_deployment, read: azure::read_deployment },
    Reader { reads: azure::is_web_config, read: azure::read_web_config },
    Reader { reads: azure::is_container_app, read: azure::read_container_app },
    Reader { reads: wrangler::is_wrangler, read: wrangler::read },
    Reader { reads: cloud_foundry::is_manifest, read: cloud_foundry::read },
    Reader { reads: nais::is_nais, read: nais::read },
    Reader { reads: digital_ocean::is_spec, read: digital_ocean::read },
    Reader { reads: kamal::is_kamal, read: kamal::read },
    Reader { reads: nomad::is_job, read: nomad::read },
    Reader { reads: serverless::is_serverless, read: serverless::read },
    Reader { reads: serverless::is_sam, read: serverless::read_sam },
    Reader { reads: functions::is_vercel, read: functions::read_vercel },
    Reader { reads: functions::is_netlify, read: functions::read_netlify },
];

/// Whether a platform may read it.
pub fn is_platform_file(path: &RepoPath) -> bool {
    READERS.iter().any(|reader| (reader.reads)(path))
}

/// Reads a platform's file; `None` where it turns out to be another tool's.
pub fn read(path: &RepoPath, text: &str) -> Read {
    for reader in READERS.iter().filter(|reader| (reader.reads)(path)) {
        let (file, notes) = (reader.read)(path, text);
        if file.is_some() {
            return (file, notes);
        }
    }
    (None, Vec::new())
}
