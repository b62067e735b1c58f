//! Credentials in data files that server code loads as its default configuration.

use super::credential::{is_password, is_secret_value};
use super::name::{self, Named};
use super::options::can_be_secret;
use super::text::{Address, is_placeholder};
use super::{Finder, Literal, LiteralKind};
use crate::conditions::{SettingOfFile, SettingValue};
use prodcheck_facts::secret::known_format;

/// Reads the data files.
pub fn read(finder: &mut Finder<'_, '_>) {
    let conditions = finder.reading.conditions;
    let settings: Vec<(&str, &SettingOfFile)> = conditions
        .settings
        .iter()
        .map(|(key, setting)| (key.as_str(), setting))
        .chain(conditions.data.iter().map(|(key, setting)| (key.as_str(), setting)))
        .collect();
    for (key, setting) in &settings {
        let SettingValue::Text(text) = &setting.value else { continue };
        let (parent, last) = key.rsplit_once('.').unwrap_or(("", key));
        let Some((kind, shown)) = kind_of(&settings, parent, last, text) else { continue };
        let place = setting.place.clone();
        let behind = switch(&settings, parent);
        finder.found.entry(place.clone()).or_insert_with(|| Literal { kind, place, shown, behind });
    }
}

fn kind_of(settings: &[(&str, &SettingOfFile)], parent: &str, last: &str, text: &str) -> Option<(LiteralKind, String)> {
    // `$(DB_PASS)` and `${DB_PASS}` are filled in.
    if text.contains("$(") || text.contains("${") || is_placeholder(text) {
        return None;
    }
    if let Some(issuer) = known_format(text) {
        return Some((LiteralKind::Key(issuer), last.to_owned()));
    }
    if let Some(address) = Address::of(text) {
        let has_password = address.password.is_some_and(|password| !is_placeholder(password));
        return (has_password && !address.is_example())
            .then(|| (LiteralKind::Connection, format!("{}://{}", address.scheme, address.host)));
    }
    let beside_user = || {
        settings.iter().any(|(key, setting)| {
            let (of, name) = key.rsplit_once('.').unwrap_or(("", key));
            of == parent
                && matches!(name, "user" | "username" | "login" | "dbUser")
                && matches!(&setting.value, SettingValue::Text(text) if !is_placeholder(text))
        })
    };
    let is_secret = can_be_secret(text)
        && match name::of(last) {
            Some(Named::Password) => is_password(last, text, beside_user()),
            Some(Named::Secret) => is_secret_value(text),
            None => false,
        };
    is_secret.then(|| (LiteralKind::Credential, last.to_owned()))
}

/// The switch beside a setting, or around it, that is off.
fn switch(settings: &[(&str, &SettingOfFile)], parent: &str) -> Option<String> {
    let mut around = parent;
    for _ in 0..8 {
        for name in ["enable", "enabled", "active", "isEnabled"] {
            let key = if around.is_empty() { name.to_owned() } else { format!("{around}.{name}") };
            let off = settings.iter().any(|(of, setting)| *of == key && setting.value == SettingValue::Bool(false));
            if off {
                return Some(name.to_owned());
            }
        }
        around = around.rsplit_once('.')?.0;
    }
    None
}
