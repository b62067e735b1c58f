//! Which files hold facts, how each is read, and the facts of all files by path.

use crate::automation;
use crate::bundler;
use crate::compose;
use crate::docker_calls;
use crate::docker_daemon;
use crate::dockerfile;
use crate::env_file;
use crate::folders;
use crate::helm;
use crate::ignore_file;
use crate::infrastructure;
use crate::kubernetes;
use crate::kustomize;
use crate::lerna;
use crate::limits_conf;
use crate::logrotate;
use crate::monitoring;
use crate::nest_cli;
use crate::npm;
use crate::npmrc;
use crate::nx;
use crate::oxmgr;
use crate::platform;
use crate::pm2;
use crate::pnpm_workspace;
use crate::prisma_schema;
use crate::provisioning;
use crate::proxy;
use crate::script;
use crate::supervisord;
use crate::systemd;
use crate::tsconfig;
use crate::version_file;
use prodcheck_formats::javascript::Module;
use prodcheck_source::{Note, RepoPath, SourceText};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The facts of one file, by the tool that the file belongs to.
#[derive(Debug, Clone)]
pub enum FileFacts {
    /// A file that runs commands: a pipeline, a script, a makefile.
    Automation(Box<automation::Automation>),
    /// A compose file.
    Compose(Box<compose::ComposeFile>),
    /// A Dockerfile.
    Dockerfile(Box<dockerfile::Dockerfile>),
    /// Calls of Docker in a script or pipeline.
    DockerCalls(Box<docker_calls::DockerCalls>),
    /// A bundler's configuration.
    Bundler(Box<bundler::BundlerFile>),
    /// A `package.json`.
    Package(Box<npm::Package>),
    /// A `pnpm-workspace.yaml`.
    PnpmWorkspace(pnpm_workspace::PnpmWorkspace),
    /// A `lerna.json`.
    Lerna(lerna::Lerna),
    /// Limits on open files of PAM sessions.
    Limits(Vec<limits_conf::OpenFilesLimit>),
    /// A file that declares Nx projects.
    Nx(nx::Nx),
    /// A `tsconfig.json` or its kin.
    TsConfig(Box<tsconfig::TsConfig>),
    /// A `nest-cli.json`.
    NestCli(Box<nest_cli::NestCli>),
    /// A platform's file.
    Platform(Box<platform::PlatformFile>),
    /// An Oxmgr file.
    Oxmgr(Box<oxmgr::OxmgrFile>),
    /// Kubernetes manifests.
    Kubernetes(Vec<kubernetes::Manifest>),
    /// Resources of infrastructure as code.
    Infrastructure(Box<infrastructure::Infrastructure>),
    /// A PM2 ecosystem file.
    Pm2(Box<pm2::Pm2File>),
    /// An environment file.
    Env(Box<env_file::EnvFile>),
    /// A file of supervisord's.
    Supervisord(Box<supervisord::SupervisordFile>),
    /// A JavaScript or TypeScript module.
    Script(Arc<Module>),
    /// A systemd unit or drop-in.
    Systemd(Box<systemd::UnitFile>),
    /// A file that pins the version of Node.js.
    Version(version_file::VersionFile),
    /// An `.npmrc`.
    Npmrc(npmrc::Npmrc),
    /// A reverse proxy's configuration.
    Proxy(Box<proxy::ProxyFile>),
    /// A file of logrotate's.
    Logrotate(logrotate::Logrotate),
    /// Docker's `daemon.json`.
    DockerDaemon(docker_daemon::DockerDaemon),
    /// What a script sets up on a machine.
    Provisioning(Box<provisioning::Provisioning>),
    /// What watches a service from outside.
    Monitoring(Box<monitoring::Monitoring>),
    /// A schema of Prisma's.
    PrismaSchema(prisma_schema::PrismaSchema),
    /// A `.gitignore`.
    Gitignore(ignore_file::Gitignore),
    /// What a `.gitattributes` has encrypted.
    Encrypted(ignore_file::Gitignore),
    /// A `.dockerignore`.
    Dockerignore(ignore_file::Dockerignore),
}

/// What reading one file gave.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Its facts; one file can speak to several tools.
    pub facts: Vec<FileFacts>,
    /// What could not be read.
    pub notes: Vec<Note>,
}

/// How one tool's files are known by their paths, and read.
struct Reader {
    /// Whether the tool reads the file.
    reads: fn(&RepoPath) -> bool,
    /// Its facts, and what could not be read.
    read: fn(&RepoPath, &SourceText) -> Gathered,
}

impl Gathered {
    /// One tool's facts and what could not be read.
    pub fn one(facts: FileFacts, notes: Vec<Note>) -> Self {
        Self { facts: vec![facts], notes }
    }
}

/// Every tool whose files hold facts. A new tool is an entry here and a variant of [`FileFacts`].
const READERS: &[Reader] = &[
    Reader {
        reads: automation::is_automation,
        read: |path, text| {
            let (file, notes) = automation::read(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Automation(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader { reads: compose::is_named, read: read_compose },
    Reader { reads: dockerfile::is_named, read: read_dockerfile },
    Reader {
        reads: docker_calls::may_call,
        read: |path, text| {
            let calls = docker_calls::read(path, text.text());
            let facts = if calls.is_empty() { Vec::new() } else { vec![FileFacts::DockerCalls(Box::new(calls))] };
            Gathered { facts, notes: Vec::new() }
        },
    },
    Reader {
        reads: npm::is_package,
        read: |_, text| {
            let (package, notes) = npm::read(text.text());
            Gathered::one(FileFacts::Package(Box::new(package)), notes)
        },
    },
    Reader {
        reads: pnpm_workspace::is_pnpm_workspace,
        read: |_, text| {
            let (workspace, notes) = pnpm_workspace::read(text.text());
            Gathered::one(FileFacts::PnpmWorkspace(workspace), notes)
        },
    },
    Reader {
        reads: bundler::is_bundler,
        read: |path, text| {
            let (file, notes) = bundler::read(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Bundler(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: prisma_schema::is_schema,
        read: |_, text| {
            let schema = prisma_schema::read(text.text()).map(FileFacts::PrismaSchema);
            Gathered { facts: schema.into_iter().collect(), notes: Vec::new() }
        },
    },
    Reader {
        reads: lerna::is_lerna,
        read: |_, text| {
            let (lerna, notes) = lerna::read(text.text());
            Gathered::one(FileFacts::Lerna(lerna), notes)
        },
    },
    Reader {
        reads: limits_conf::is_limits_conf,
        read: |_, text| Gathered::one(FileFacts::Limits(limits_conf::read(text.text())), Vec::new()),
    },
    Reader {
        reads: nx::is_nx,
        read: |path, text| {
            let (nx, notes) = nx::read(path, text.text());
            let facts = if nx.projects.is_empty() { Vec::new() } else { vec![FileFacts::Nx(nx)] };
            Gathered { facts, notes }
        },
    },
    Reader {
        reads: tsconfig::is_tsconfig,
        read: |_, text| {
            let (config, notes) = tsconfig::read(text.text());
            Gathered::one(FileFacts::TsConfig(Box::new(config)), notes)
        },
    },
    Reader {
        reads: nest_cli::is_nest_cli,
        read: |_, text| {
            let (cli, notes) = nest_cli::read(text.text());
            Gathered::one(FileFacts::NestCli(Box::new(cli)), notes)
        },
    },
    Reader {
        reads: kubernetes::may_be_manifest,
        read: |_, text| {
            if !kubernetes::looks_like_manifest(text.text()) {
                return Gathered::default();
            }
            let (manifests, notes) = kubernetes::read(text.text());
            let facts = if manifests.is_empty() { Vec::new() } else { vec![FileFacts::Kubernetes(manifests)] };
            Gathered { facts, notes }
        },
    },
    Reader {
        reads: platform::is_platform_file,
        read: |path, text| {
            let (file, notes) = platform::read(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Platform(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: infrastructure::may_declare,
        read: |path, text| {
            let (found, notes) = infrastructure::read(path, text.text());
            Gathered {
                facts: found.map(|found| FileFacts::Infrastructure(Box::new(found))).into_iter().collect(),
                notes,
            }
        },
    },
    Reader {
        // Charts are rendered from their files' texts, values and templates together.
        reads: helm::is_template,
        read: |_, _| Gathered::default(),
    },
    Reader {
        // Kustomizations are built from their files' texts.
        reads: kustomize::is_kustomization,
        read: |_, _| Gathered::default(),
    },
    Reader {
        reads: oxmgr::is_oxfile,
        read: |_, text| {
            let (file, notes) = oxmgr::read_file(text.text());
            Gathered { facts: file.map(|file| FileFacts::Oxmgr(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: pm2::is_ecosystem,
        read: |path, text| {
            let (file, notes) = pm2::read_file(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Pm2(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: env_file::is_env_file,
        read: |path, text| Gathered::one(FileFacts::Env(Box::new(env_file::read(path, text.text()))), Vec::new()),
    },
    Reader {
        reads: supervisord::is_supervisord,
        read: |_, text| {
            let (file, notes) = supervisord::read_file(text.text());
            Gathered { facts: file.map(|file| FileFacts::Supervisord(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: version_file::is_version_file,
        read: |path, text| {
            let (file, notes) = version_file::read(path, text.text());
            Gathered { facts: file.map(FileFacts::Version).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: npmrc::is_npmrc,
        read: |_, text| Gathered::one(FileFacts::Npmrc(npmrc::read(text.text())), Vec::new()),
    },
    Reader {
        reads: proxy::may_be_proxy,
        read: |path, text| {
            let (file, notes) = proxy::read(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Proxy(Box::new(file))).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: logrotate::is_logrotate,
        read: |_, text| Gathered::one(FileFacts::Logrotate(logrotate::read(text.text())), Vec::new()),
    },
    Reader {
        reads: docker_daemon::is_daemon,
        read: |_, text| {
            let (file, notes) = docker_daemon::read(text.text());
            Gathered { facts: file.map(FileFacts::DockerDaemon).into_iter().collect(), notes }
        },
    },
    Reader {
        reads: provisioning::may_provision,
        read: |_, text| {
            let found = provisioning::read(text.text());
            let facts = if found.is_empty() { Vec::new() } else { vec![FileFacts::Provisioning(Box::new(found))] };
            Gathered { facts, notes: Vec::new() }
        },
    },
    Reader {
        reads: monitoring::may_monitor,
        read: |path, text| {
            let found = monitoring::read(path, text.text());
            let facts = found.map(|found| FileFacts::Monitoring(Box::new(found)));
            Gathered { facts: facts.into_iter().collect(), notes: Vec::new() }
        },
    },
    Reader {
        reads: ignore_file::is_gitignore,
        read: |_, text| Gathered::one(FileFacts::Gitignore(ignore_file::read_gitignore(text.text())), Vec::new()),
    },
    Reader {
        reads: ignore_file::is_gitattributes,
        read: |_, text| Gathered::one(FileFacts::Encrypted(ignore_file::read_encrypted(text.text())), Vec::new()),
    },
    Reader {
        reads: ignore_file::is_dockerignore,
        read: |_, text| Gathered::one(FileFacts::Dockerignore(ignore_file::read_dockerignore(text.text())), Vec::new()),
    },
    Reader {
        reads: systemd::may_write_units,
        read: |path, text| {
            let units = systemd::read_written(path, text.text());
            let facts = units.into_iter().map(|unit| FileFacts::Systemd(Box::new(unit))).collect();
            Gathered { facts, notes: Vec::new() }
        },
    },
    Reader {
        reads: systemd::is_unit,
        read: |path, text| {
            let (file, notes) = systemd::read_file(path, text.text());
            Gathered { facts: file.map(|file| FileFacts::Systemd(Box::new(file))).into_iter().collect(), notes }
        },
    },
];

/// Readers of files that something else had read: because a service's code reaches them, or a command names them.
const BY_CONTENT: &[Reader] = &[
    Reader {
        reads: |path| pm2::may_be_ecosystem(path) && !pm2::is_ecosystem(path),
        read: |path, text| match pm2::read_file(path, text.text()) {
            (Some(file), notes) => Gathered::one(FileFacts::Pm2(Box::new(file)), notes),
            (None, _) => Gathered::default(),
        },
    },
    Reader {
        reads: script::may_be_script,
        read: |path, text| match script::read(path, text.text()) {
            Some((module, notes)) => Gathered::one(FileFacts::Script(module), notes),
            None => Gathered::default(),
        },
    },
    Reader {
        reads: |path| matches!(path.extension(), Some("yml" | "yaml")) && !compose::is_named(path),
        read: |path, text| {
            let gathered = read_compose(path, text);
            // What is no compose file is another reader's to remark on.
            if gathered.facts.is_empty() { Gathered::default() } else { gathered }
        },
    },
    Reader {
        reads: |path| !automation::is_automation(path),
        read: |path, text| match automation::read_included(path, text.text()) {
            Some(file) => Gathered::one(FileFacts::Automation(Box::new(file)), Vec::new()),
            None => Gathered::default(),
        },
    },
    Reader {
        reads: |path| !dockerfile::is_named(path),
        read: |path, text| match dockerfile::is_shaped(text.text()) {
            true => read_dockerfile(path, text),
            false => Gathered::default(),
        },
    },
];

fn read_dockerfile(path: &RepoPath, text: &SourceText) -> Gathered {
    let (file, notes) = dockerfile::read(path, text.text());
    Gathered::one(FileFacts::Dockerfile(Box::new(file)), notes)
}

fn read_compose(path: &RepoPath, text: &SourceText) -> Gathered {
    let (file, notes) = compose::read(path, text.text());
    Gathered { facts: file.into_iter().map(|file| FileFacts::Compose(Box::new(file))).collect(), notes }
}

/// The facts of all files that were read.
#[derive(Debug, Clone, Default)]
pub struct FactStore {
    files: BTreeMap<RepoPath, Gathered>,
}

impl FactStore {
    /// Keeps what a file gave.
    pub fn insert(&mut self, path: RepoPath, gathered: Gathered) {
        self.files.insert(path, gathered);
    }

    /// What a file gave; `None` where it was not read.
    pub fn get(&self, path: &RepoPath) -> Option<&Gathered> {
        self.files.get(path)
    }

    /// All files that were read and their facts, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RepoPath, &FileFacts)> {
        self.files.iter().flat_map(|(path, gathered)| gathered.facts.iter().map(move |facts| (path, facts)))
    }

    /// All remarks, sorted by path, in the order of the text.
    pub fn notes(&self) -> impl Iterator<Item = (&RepoPath, &Note)> {
        self.files.iter().flat_map(|(path, gathered)| gathered.notes.iter().map(move |note| (path, note)))
    }

    /// All files of systemd, sorted by path.
    pub fn systemd_files(&self) -> impl Iterator<Item = (&RepoPath, &systemd::UnitFile)> {
        self.iter().filter_map(|(path, facts)| match facts {
            FileFacts::Systemd(file) => Some((path, &**file)),
            _ => None,
        })
    }

    /// The systemd services, sorted by the paths of their unit files, each with the drop-ins that stand beside it.
    pub fn systemd_services(&self) -> Vec<systemd::ServiceUnit> {
        let files: Vec<(&RepoPath, &systemd::UnitFile)> = self.systemd_files().collect();
        let mut drop_ins: BTreeMap<(RepoPath, &str), Vec<(&RepoPath, &systemd::UnitFile)>> = BTreeMap::new();
        for (path, file) in files.iter().filter(|(_, file)| file.is_drop_in) {
            drop_ins.entry((path.parent().parent(), &file.unit)).or_default().push((path, file));
        }
        let service = |(path, file): &(&RepoPath, &systemd::UnitFile)| {
            let beside = drop_ins.get(&(path.parent(), file.unit.as_str())).into_iter().flatten().copied();
            systemd::ServiceUnit::of(path, file, beside)
        };
        files.iter().filter(|(_, file)| !file.is_drop_in).filter_map(service).collect()
    }

    fn facts_of(&self, path: &RepoPath) -> impl Iterator<Item = &FileFacts> {
        self.files.get(path).into_iter().flat_map(|gathered| &gathered.facts)
    }

    /// All files that run commands, sorted by path.
    pub fn automation_files(&self) -> impl Iterator<Item = (&RepoPath, &automation::Automation)> {
        self.iter().filter_map(|(path, facts)| match facts {
            FileFacts::Automation(file) => Some((path, &**file)),
            _ => None,
        })
    }

    /// What a file runs.
    pub fn automation(&self, path: &RepoPath) -> Option<&automation::Automation> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Automation(file) => Some(&**file),
            _ => None,
        })
    }

    /// The facts of a compose file.
    pub fn compose(&self, path: &RepoPath) -> Option<&compose::ComposeFile> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Compose(file) => Some(&**file),
            _ => None,
        })
    }

    /// The facts of a Dockerfile.
    pub fn dockerfile(&self, path: &RepoPath) -> Option<&dockerfile::Dockerfile> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Dockerfile(file) => Some(&**file),
            _ => None,
        })
    }

    /// What a platform is told by a file.
    pub fn platform(&self, path: &RepoPath) -> Option<&platform::PlatformFile> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Platform(file) => Some(&**file),
            _ => None,
        })
    }

    /// The facts of a `package.json`, by its own path.
    pub fn package(&self, path: &RepoPath) -> Option<&npm::Package> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Package(package) => Some(&**package),
            _ => None,
        })
    }

    /// The facts of an environment file, by its own path.
    pub fn env_file(&self, path: &RepoPath) -> Option<&env_file::EnvFile> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Env(file) => Some(&**file),
            _ => None,
        })
    }

    /// What a file says of the version of Node.js, by the file's own path.
    pub fn version_file(&self, path: &RepoPath) -> Option<&version_file::VersionFile> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Version(file) => Some(file),
            _ => None,
        })
    }

    /// The facts of an `.npmrc`, by its own path.
    pub fn npmrc(&self, path: &RepoPath) -> Option<&npmrc::Npmrc> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Npmrc(file) => Some(file),
            _ => None,
        })
    }

    /// The patterns of a `.dockerignore`, by its own path.
    pub fn dockerignore(&self, path: &RepoPath) -> Option<&ignore_file::Dockerignore> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Dockerignore(file) => Some(file),
            _ => None,
        })
    }

    /// All configurations of reverse proxies, sorted by path.
    pub fn proxies(&self) -> impl Iterator<Item = (&RepoPath, &proxy::ProxyFile)> {
        self.iter().filter_map(|(path, facts)| match facts {
            FileFacts::Proxy(file) => Some((path, &**file)),
            _ => None,
        })
    }

    /// All schemas of Prisma's, sorted by path.
    pub fn prisma_schemas(&self) -> impl Iterator<Item = (&RepoPath, &prisma_schema::PrismaSchema)> {
        self.iter().filter_map(|(path, facts)| match facts {
            FileFacts::PrismaSchema(schema) => Some((path, schema)),
            _ => None,
        })
    }

    /// A module that was read.
    pub fn script(&self, path: &RepoPath) -> Option<&Arc<Module>> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Script(module) => Some(module),
            _ => None,
        })
    }

    /// The facts of a `tsconfig.json` or its kin, by its own path.
    pub fn ts_config(&self, path: &RepoPath) -> Option<&tsconfig::TsConfig> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::TsConfig(config) => Some(&**config),
            _ => None,
        })
    }

    /// The facts of a `pnpm-workspace.yaml`, by its own path.
    pub fn pnpm_workspace(&self, path: &RepoPath) -> Option<&pnpm_workspace::PnpmWorkspace> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::PnpmWorkspace(workspace) => Some(workspace),
            _ => None,
        })
    }

    /// The facts of a `lerna.json`, by its own path.
    pub fn lerna(&self, path: &RepoPath) -> Option<&lerna::Lerna> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Lerna(lerna) => Some(lerna),
            _ => None,
        })
    }

    /// The projects that Nx finds declared in a file.
    pub fn nx(&self, path: &RepoPath) -> Option<&nx::Nx> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::Nx(nx) => Some(nx),
            _ => None,
        })
    }

    /// The facts of a `nest-cli.json`, by its own path.
    pub fn nest_cli(&self, path: &RepoPath) -> Option<&nest_cli::NestCli> {
        self.facts_of(path).find_map(|facts| match facts {
            FileFacts::NestCli(cli) => Some(&**cli),
            _ => None,
        })
    }
}

/// Whether a file is read before any service is known: configuration of a tool that has facts.
pub fn is_wanted(path: &RepoPath) -> bool {
    READERS.iter().any(|reader| (reader.reads)(path)) && !folders::is_foreign(path) && !folders::is_fixture(path)
}

/// Reads one file's facts.
pub fn gather(path: &RepoPath, text: &SourceText) -> Gathered {
    let mut all = Gathered::default();
    for reader in READERS.iter().chain(BY_CONTENT).filter(|reader| (reader.reads)(path)) {
        let Gathered { facts, notes } = (reader.read)(path, text);
        all.facts.extend(facts);
        for note in notes {
            if !all.notes.contains(&note) {
                all.notes.push(note);
            }
        }
    }
    all
}
