//! Jenkinsfiles, textually: stages and the shell code in `sh` steps. What Groovy computes stays as it is spelled.
//!
//! Source: <https://www.jenkins.io/doc/book/pipeline/syntax/>.

use super::commands::{Commands, of_words};
use super::{Automation, AutomationTool, Job, ReadFile, Step, Trigger, TriggerKind, Use};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_source::{RepoPath, Span, Spanned};

/// How many strings of one file are looked at.
const MOST: usize = 5_000;

/// Whether a file is a pipeline of Jenkins.
pub(super) fn is_jenkinsfile(path: &RepoPath) -> bool {
    path.name().starts_with("Jenkinsfile") || path.extension() == Some("jenkinsfile")
}

/// Reads a pipeline: each stage is a job, and those before it are needed.
pub(super) fn read(path: &RepoPath, source: &str) -> ReadFile {
    let mut file = Automation::new(AutomationTool::Jenkins);
    file.triggers.push(Trigger { kind: TriggerKind::Push, of: Vec::new(), span: Span::default() });
    let mut needs: Vec<Spanned<String>> = Vec::new();
    for Text { word, span, verbatim } in texts(source) {
        let text = source.get(span.range()).unwrap_or("");
        match word {
            Word::Stage => {
                let mut job = Job::new(Spanned::new(text.to_owned(), span), span);
                job.needs = needs.clone();
                if needs.len() < 200 {
                    needs.push(job.id.clone());
                }
                file.jobs.push(job);
            }
            Word::Shell => {
                if file.jobs.is_empty() {
                    file.jobs.push(Job::new(Spanned::new("pipeline".to_owned(), Span::at(span.start as usize)), span));
                }
                let Some(job) = file.jobs.last_mut() else { continue };
                let mut step = Step { span, ..Step::default() };
                let excerpt = match verbatim {
                    true => Excerpt::verbatim(text, span.start as usize),
                    false => Excerpt::opaque(text.replace("\\\"", "\"").replace("\\'", "'"), span),
                };
                Commands::new(path).read(&excerpt, &mut step.commands);
                job.steps.push(step);
            }
        }
    }
    // `docker.build('name').push()` of the Docker plugin, <https://www.jenkins.io/doc/book/pipeline/docker/>.
    if source.contains("docker.build(") || source.contains("docker.image(") {
        let pushes = source.match_indices(".push(").take(10);
        let spans = pushes.map(|(at, text)| Span::new(at + 1, at + text.len() - 1));
        for span in spans {
            let words = ["docker", "push"].map(|word| (word.to_owned(), span)).to_vec();
            let step = Step { span, commands: of_words(path, words, span), ..Step::default() };
            match file.jobs.first_mut() {
                Some(job) => job.steps.push(step),
                None => file
                    .jobs
                    .push(Job { steps: vec![step], ..Job::new(Spanned::new("pipeline".to_owned(), span), span) }),
            }
        }
    }
    if let Some(library) = library(source) {
        for (name, span) in pipelines_of_libraries(source) {
            let mut job = Job::new(Spanned::new(name.to_owned(), span), span);
            let called = format!("jenkins/{library}/{name}");
            job.calls = Some(Use { name: Spanned::new(called, span), version: None, inputs: Vec::new() });
            file.jobs.push(job);
        }
    }
    ((!file.jobs.is_empty()).then_some(file), Vec::new())
}

/// The shared library that is loaded: `@Library('Infrastructure@branch')`, `library 'name'`.
/// <https://www.jenkins.io/doc/book/pipeline/shared-libraries/>
fn library(source: &str) -> Option<&str> {
    let lines = source.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let mut named = lines.filter(|line| line.starts_with("@Library") || line.starts_with("library"));
    let name = named.find_map(|line| line.split(['\'', '"']).nth(1))?;
    name.split('@').next().filter(|name| !name.is_empty())
}

/// The calls at the beginning of a line that are pipelines or deploys by their names: `withPipeline(…) {`.
fn pipelines_of_libraries(source: &str) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let body = line.trim_start();
        let name = body.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        let lower = name.to_ascii_lowercase();
        let is_call = body.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with(['(', '{']));
        let says = lower.contains("deploy") || (lower.ends_with("pipeline") && lower != "pipeline");
        if is_call && says && found.len() < MOST {
            found.push((name, Span::new(start, start + name.len())));
        }
    }
    found
}

enum Word {
    Stage,
    Shell,
}

struct Text {
    word: Word,
    span: Span,
    verbatim: bool,
}

/// The strings after `stage(`, `sh`, `bat` and `sh(script:`, comments left out.
fn texts(source: &str) -> Vec<Text> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut last: Option<Word> = None;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty() && found.len() < MOST) {
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some(quote) = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| rest.starts_with(quote)) {
            let from = at + quote.len();
            let length = closing(source.get(from..).unwrap_or(""), quote);
            let text = source.get(from..from + length).unwrap_or("");
            if let Some(word) = last.take() {
                found.push(Text { word, span: Span::new(from, from + length), verbatim: !text.contains('\\') });
            }
            at = from + length + quote.len();
        } else {
            let word = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            match word {
                "stage" => last = Some(Word::Stage),
                "sh" | "bat" => last = Some(Word::Shell),
                // `sh(script: '…')`, `sh(label: 'x', script: '…')`.
                "script" | "returnStdout" | "returnStatus" | "true" | "false" => {}
                "label" => {}
                "" => {
                    let next = rest.chars().next().map_or(1, char::len_utf8);
                    if rest.starts_with(['{', '}', ';']) {
                        last = None;
                    }
                    at += next;
                    continue;
                }
                _ => last = None,
            }
            at += word.len();
        }
    }
    found
}

/// The length of a string up to its closing quote.
fn closing(rest: &str, quote: &str) -> usize {
    let mut at = 0;
    while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
        if left.starts_with(quote) {
            return at;
        }
        if quote.len() == 1 && left.starts_with('\n') {
            return at;
        }
        let step = if left.starts_with('\\') { 2 } else { 1 };
        at += left.chars().take(step).map(char::len_utf8).sum::<usize>();
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_and_their_commands() {
        let source = "// sh 'rm -rf /'\npipeline {\n  stages {\n    stage('Größe') { steps { sh 'npm ci' } }\n    stage(\"Deploy\") {\n      steps {\n        sh(script: \"\"\"\n          kubectl apply -f k8s/\n        \"\"\", returnStdout: true)\n        echo 'npm install'\n        sh \"echo \\\"x\\\" && helm upgrade api ./chart --atomic\"\n      }\n    }\n  }\n}\n";
        let file = read(&"Jenkinsfile".into(), source).0.expect("a pipeline");
        let lines: Vec<(String, String)> = file
            .jobs
            .iter()
            .flat_map(|job| job.steps.iter().map(move |step| (job, step)))
            .flat_map(|(job, step)| step.commands.iter().map(|one| (job.id.value.clone(), one.invoked.argv.shown())))
            .collect();
        let line = |job: &str, line: &str| (job.to_owned(), line.to_owned());
        assert_eq!(
            lines,
            [
                line("Größe", "npm ci"),
                line("Deploy", "kubectl apply -f k8s/"),
                line("Deploy", "echo x"),
                line("Deploy", "helm upgrade api ./chart --atomic"),
            ]
        );
        let place = file.jobs.first().and_then(|job| job.steps.first()).and_then(|step| step.commands.first());
        assert_eq!(place.and_then(|command| source.get(command.span.range())), Some("npm ci"));
        assert!(read(&"Jenkinsfile".into(), "'ü\n\"\"\"").0.is_none());
        let shared = "#!groovy\n// größer\n@Library(\"Infrastructure@v1\") _\nwithPipeline(type, product) {\n  after('x') { }\n}\n";
        let file = read(&"Jenkinsfile_CNP".into(), shared).0.expect("a pipeline");
        let call = file.jobs.first().and_then(|job| job.calls.as_ref()).expect("a call");
        assert_eq!(call.name.value, "jenkins/Infrastructure/withPipeline");
        assert_eq!(shared.get(call.name.span.range()), Some("withPipeline"));
    }
}
