//! URLs that callers give us to call back: which are fit to be called, and their one normal spelling.
//! Host and port are judged as the URL parser understood them, never as they were written. A URL is
//! checked when it is given and again before each send, so checking its normal spelling gives the same.
//!
//! What code on Workers can't check is the address that a name resolves to. The platform connects to
//! public addresses only, and with `global_fetch_strictly_public` (`wrangler.toml`) even a request to
//! our own zone comes in by the front door. An answer that redirects has not been checked either, so
//! whoever sends must not follow it.

use url::{Host, ParseError, Url};

use super::Invalid;
use super::text::at_most;

/// The most characters of a URL, as given and as sent.
const MAX: usize = 2048;

/// The ports, apart from 443, on which Cloudflare proxies HTTPS.
const PORTS: &[u16] = &[2053, 2083, 2087, 2096, 8443];

/// Names, and what ends in them, that mean a private network, the machine itself or nothing at all.
const NOT_PUBLIC: &[&str] = &[
    "localhost",
    "local",
    "internal",
    "localdomain",
    "lan",
    "home",
    "corp",
    "intranet",
    "private",
    "home.arpa",
    "invalid",
    "test",
    "onion",
];

const NOT_HTTPS: Invalid = Invalid::because("must be an https URL");
const SIGNS: Invalid = Invalid::because("must not hold blanks, control characters or backslashes");
const USER: Invalid = Invalid::because("must not hold a user name or password");
const FRAGMENT: Invalid = Invalid::because("must not have a fragment (#)");
const UNREADABLE: Invalid = Invalid::because("must be a valid URL with a host name");
const ADDRESS: Invalid = Invalid::because("must name its host, not give an IP address");
const NAME: Invalid = Invalid::because("must have a public host name, like hooks.example.com");
const OWN: Invalid = Invalid::because("must not point at this service");
const PORT: Invalid = Invalid::because("must use port 443, 2053, 2083, 2087, 2096 or 8443");

/// What a deployment allows.
#[derive(Debug, Clone, Default)]
pub struct UrlRules {
    /// Whether this machine (`127.0.0.0/8`, `::1` and `localhost`) may be called, on any port and also
    /// without TLS: for development and tests.
    pub allow_loopback: bool,
    /// The hosts by which this Worker is reached, without scheme and port.
    pub own_hosts: Vec<String>,
}

/// A URL that may be called, of up to 2,048 ASCII characters, in its normal spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundUrl(Url);

impl OutboundUrl {
    /// Reads a URL, blanks around it apart, and holds it against the rules.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(raw: &str, rules: &UrlRules) -> Result<Self, Invalid> {
        let text = raw.trim_matches(|c: char| c.is_ascii_whitespace());
        at_most(MAX, text)?;
        check_writing(text, rules.allow_loopback)?;
        let mut url = Url::parse(text).map_err(reason)?;
        let is_loopback = check_host(&url, rules.allow_loopback)?;
        if let Some(name) = url.domain().and_then(|name| name.strip_suffix('.')).map(str::to_owned) {
            url.set_host(Some(&name)).map_err(reason)?;
        }
        if rules.own_hosts.iter().any(|own| url.host_str() == Some(&normal_host(own))) {
            return Err(OWN);
        }
        if !is_loopback && url.scheme() != "https" {
            return Err(NOT_HTTPS);
        }
        // The parser gives no port where it is the scheme's own.
        if !is_loopback && url.port().is_some_and(|port| !PORTS.contains(&port)) {
            return Err(PORT);
        }
        // Signs beyond ASCII grow when they are encoded.
        at_most(MAX, url.as_str())?;
        Ok(Self(url))
    }

    /// The URL in its normal spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its host without the port, in lower case and punycode; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

/// Refuses what the parser would pass over in silence: it drops tabs and line breaks, takes `\` for
/// `/`, does without `//`, and forgets a user without a name.
fn check_writing(text: &str, allow_http: bool) -> Result<(), Invalid> {
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(SIGNS);
    }
    let (scheme, rest) = text.split_once("://").ok_or(NOT_HTTPS)?;
    let is_http = allow_http && scheme.eq_ignore_ascii_case("http");
    if !is_http && !scheme.eq_ignore_ascii_case("https") {
        return Err(NOT_HTTPS);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err(UNREADABLE);
    }
    if authority.contains('@') {
        return Err(USER);
    }
    if rest.contains('#') {
        return Err(FRAGMENT);
    }
    Ok(())
}

/// Why the parser can't read a URL. It takes a host that ends in a number for an IPv4 address.
fn reason(error: ParseError) -> Invalid {
    match error {
        ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => ADDRESS,
        ParseError::InvalidPort => PORT,
        _ => UNREADABLE,
    }
}

/// Whether the host is this machine. Refuses one that can't be called.
fn check_host(url: &Url, allow_loopback: bool) -> Result<bool, Invalid> {
    match url.host() {
        Some(Host::Ipv4(address)) if allow_loopback && address.is_loopback() => Ok(true),
        Some(Host::Ipv6(address)) if allow_loopback && address.is_loopback() => Ok(true),
        Some(Host::Domain(name)) => match name.strip_suffix('.').unwrap_or(name) {
            "localhost" if allow_loopback => Ok(true),
            name if is_public(name) => Ok(false),
            _ => Err(NAME),
        },
        // Workers can't fetch from a bare address, so the public ones are of no use either.
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(ADDRESS),
        None => Err(UNREADABLE),
    }
}

/// Whether a name, in lower case and punycode and without a dot at its end, could be one of the public DNS.
fn is_public(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && label.contains(|c: char| c.is_ascii_alphanumeric())
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_below =
        |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|n| n.is_empty() || n.ends_with('.'));
    name.len() <= 253
        && name.split('.').all(is_label)
        // No top level begins with a digit; some systems read what does as a number.
        && name.rsplit_once('.').is_some_and(|(_, top)| top.starts_with(|c: char| c.is_ascii_alphabetic()))
        && !NOT_PUBLIC.iter().any(is_below)
}

/// A host as it stands in a checked URL.
fn normal_host(host: &str) -> String {
    let host = host.trim();
    let mut normal = Host::parse(host).map_or_else(|_| host.to_ascii_lowercase(), |host| host.to_string());
    if normal.ends_with('.') {
        normal.pop();
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(allow_loopback: bool) -> UrlRules {
        let own_hosts = ["edgehire.example.com", "Хайр.example.", "[::1]"].map(str::to_owned).to_vec();
        UrlRules { allow_loopback, own_hosts }
    }

    fn strict(raw: &str) -> Result<String, Invalid> {
        OutboundUrl::check(raw, &rules(false)).map(|url| url.as_str().to_owned())
    }

    /// With loopback allowed, and no own hosts.
    fn local(raw: &str) -> Result<String, Invalid> {
        let rules = UrlRules { allow_loopback: true, own_hosts: Vec::new() };
        OutboundUrl::check(raw, &rules).map(|url| url.as_str().to_owned())
    }

    /// Refused whether or not loopback is allowed, for the same reason.
    fn refuse(reason: &Invalid, urls: &[&str]) {
        for url in urls {
            assert_eq!(strict(url).as_ref(), Err(reason), "{url:?}");
            assert_eq!(local(url).as_ref(), Err(reason), "{url:?}, loopback allowed");
        }
    }

    #[test]
    fn a_public_https_url_gets_its_normal_spelling_and_keeps_it() {
        for (given, normal) in [
            ("https://hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c"),
            ("  https://example.com\r\n", "https://example.com/"),
            ("HTTPS://Example.COM", "https://example.com/"),
            ("https://example.com?a=1", "https://example.com/?a=1"),
            ("https://example.com.", "https://example.com/"),
            ("https://example.com.:8443/x", "https://example.com:8443/x"),
            ("https://example.com:443/", "https://example.com/"),
            ("https://example.com:/", "https://example.com/"),
            ("https://example.com:02053/", "https://example.com:2053/"),
            ("https://example.com:2083/", "https://example.com:2083/"),
            ("https://example.com:2087/", "https://example.com:2087/"),
            ("https://example.com:2096/", "https://example.com:2096/"),
            ("https://example.com/a/../b/./c", "https://example.com/b/c"),
            ("https://example.com/%7Ea?q='x'", "https://example.com/%7Ea?q=%27x%27"),
            ("https://example.com/a@b:c//d", "https://example.com/a@b:c//d"),
            ("https://example.com/?to=http://127.0.0.1/%23", "https://example.com/?to=http://127.0.0.1/%23"),
            ("https://example.com/%00%0d%0a%zz", "https://example.com/%00%0d%0a%zz"),
            ("https://example.com/путь", "https://example.com/%D0%BF%D1%83%D1%82%D1%8C"),
            ("https://example.com/<\"`{|}^>", "https://example.com/%3C%22%60%7B|%7D^%3E"),
            ("https://пример.рф/x", "https://xn--e1afmkfd.xn--p1ai/x"),
            ("https://ПРИМЕР。РФ/x", "https://xn--e1afmkfd.xn--p1ai/x"),
            ("https://xn--e1afmkfd.xn--p1ai/x", "https://xn--e1afmkfd.xn--p1ai/x"),
            ("https://faß.example.com/", "https://xn--fa-hia.example.com/"),
            ("https://ex%61mple%2Ecom/", "https://example.com/"),
            ("https://exa\u{ad}mple.com/", "https://example.com/"),
            ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
            ("https://my_hook.example.com/", "https://my_hook.example.com/"),
            ("https://r3---a.example.com/", "https://r3---a.example.com/"),
            ("https://127.0.0.1.example.com/", "https://127.0.0.1.example.com/"),
            ("https://1.example.com/", "https://1.example.com/"),
            ("https://localhost.example.com/", "https://localhost.example.com/"),
            ("https://thelocal.example.com/", "https://thelocal.example.com/"),
            ("https://notlocal.com/", "https://notlocal.com/"),
            ("https://mylan.io/", "https://mylan.io/"),
            ("https://homearpa.com/", "https://homearpa.com/"),
            ("https://other.edgehire.example.com/", "https://other.edgehire.example.com/"),
        ] {
            for check in [strict, local] {
                assert_eq!(check(given).as_deref(), Ok(normal), "{given}");
                assert_eq!(check(normal).as_deref(), Ok(normal), "{given}, again");
            }
        }
    }

    #[test]
    fn every_spelling_of_an_ip_address_is_refused() {
        refuse(
            &ADDRESS,
            &[
                // Public ones, and private ones that are not loopback.
                "https://8.8.8.8/",
                "https://1.1.1.1:8443/",
                "https://10.0.0.1/",
                "https://172.16.0.1/",
                "https://192.168.1.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://0/",
                "https://255.255.255.255/",
                "https://126.255.255.255/",
                "https://128.0.0.1/",
                // Decimal, hexadecimal, octal, short, mixed.
                "https://3232235777/",
                "https://2852039166/",
                "https://0xa9fea9fe/",
                "https://0XC0A80101/",
                "https://0xa9.0xfe.0xa9.0xfe/",
                "https://0251.0376.0251.0376/",
                "https://169.254.43518/",
                "https://10.1/",
                "https://0xa.1/",
                "https://012.0x0.1/",
                "https://10.0.0.1./",
                "https://0x/",
                // Beyond what an address can be, but read as a number.
                "https://256.256.256.256/",
                "https://4294967296/",
                "https://127.0.0.0.1/",
                "https://1.2.3.4.5/",
                "https://127.0.0.08/",
                "https://example.1/",
                "https://example.0x7f/",
                "https://example.com.0/",
                // Other digits, dots and encodings.
                "https://１０.0.0.1/",
                "https://①0.0.0.1/",
                "https://10。0。0。1/",
                "https://10．0．0．1/",
                "https://10｡0｡0｡1/",
                "https://⑧.⑧.⑧.⑧/",
                "https://𝟖.𝟖.𝟖.𝟖/",
                "https://1\u{ad}0.0.0.1/",
                "https://%31%30.0.0.1/",
                "https://10%2E0%2e0%2E1/",
                "https://%EF%BC%91%EF%BC%90.0.0.1/",
                // IPv6, with IPv4 in it, with zones, broken.
                "https://[2606:4700:4700::1111]/",
                "https://[::]/",
                "https://[0:0:0:0:0:0:0:0]/",
                "https://[fe80::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[0:0:0:0:0:ffff:127.0.0.1]/",
                "https://[::127.0.0.1]/",
                "https://[::8.8.8.8]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[::2]:8443/",
                "https://[::1%25eth0]/",
                "https://[::1%eth0]/",
                "https://[fe80::1%25lo]/",
                "https://[::1/",
                "https://[::1]x/",
                "https://[]/",
                "https://[v1.x]/",
                "https://[127.0.0.1]/",
                "https://[localhost]/",
            ],
        );
        refuse(&UNREADABLE, &["https://::1/", "https://%2531.0.0.1/", "https://%5B::1%5D/"]);
    }

    /// What the parser takes for this machine, and how it writes it.
    const LOOPBACK: &[(&str, &str)] = &[
        ("https://127.0.0.1/", "https://127.0.0.1/"),
        ("https://127.255.255.254:9/", "https://127.255.255.254:9/"),
        ("https://2130706433/", "https://127.0.0.1/"),
        ("https://0x7f000001/", "https://127.0.0.1/"),
        ("https://0x7f.1/", "https://127.0.0.1/"),
        ("https://0x7F.0x0.0x0.0x1/", "https://127.0.0.1/"),
        ("https://0177.0.0.1/", "https://127.0.0.1/"),
        ("https://017700000001/", "https://127.0.0.1/"),
        ("https://00000177.0.0.1/", "https://127.0.0.1/"),
        ("https://127.1/", "https://127.0.0.1/"),
        ("https://127.0.1/", "https://127.0.0.1/"),
        ("https://127.0.0.1./", "https://127.0.0.1/"),
        ("https://127.0.0.1:80/", "https://127.0.0.1:80/"),
        ("https://127。0。0。1/", "https://127.0.0.1/"),
        ("https://１２７.0.0.1/", "https://127.0.0.1/"),
        ("https://①②⑦.⓪.⓪.①/", "https://127.0.0.1/"),
        ("https://𝟏𝟐𝟕.𝟎.𝟎.𝟏/", "https://127.0.0.1/"),
        ("https://127\u{ad}.0.0.1/", "https://127.0.0.1/"),
        ("https://127\u{200b}.0.0.1/", "https://127.0.0.1/"),
        ("https://127%2e0%2e0%2e1/", "https://127.0.0.1/"),
        ("https://%31%32%37.0.0.1/", "https://127.0.0.1/"),
        ("https://0x7f%2e1/", "https://127.0.0.1/"),
        ("https://[::1]/", "https://[::1]/"),
        ("https://[0:0:0:0:0:0:0:1]/", "https://[::1]/"),
        ("https://[0000::0001]:5173/", "https://[::1]:5173/"),
        ("https://[::0.0.0.1]/", "https://[::1]/"),
        ("https://localhost/", "https://localhost/"),
        ("https://LOCALHOST/", "https://localhost/"),
        ("https://localhost./", "https://localhost/"),
        ("https://localhost:22/", "https://localhost:22/"),
        ("https://ⓛocalhost/", "https://localhost/"),
        ("https://ｌｏｃａｌｈｏｓｔ/", "https://localhost/"),
        ("https://loc\u{ad}alhost/", "https://localhost/"),
        ("https://local\u{feff}host/", "https://localhost/"),
        ("https://localhoſt/", "https://localhost/"),
        ("https://%6cocalhost/", "https://localhost/"),
        ("https://localhost。/", "https://localhost/"),
    ];

    #[test]
    fn every_spelling_of_loopback_is_refused_unless_allowed() {
        for (given, normal) in LOOPBACK {
            let reason = if normal.contains("localhost") { NAME } else { ADDRESS };
            assert_eq!(strict(given), Err(reason), "{given}");
            assert_eq!(strict(&given.replacen("https", "http", 1)), Err(NOT_HTTPS), "{given}");
            assert_eq!(local(given).as_deref(), Ok(*normal), "{given}");
            assert_eq!(local(normal).as_deref(), Ok(*normal), "{given}, again");
        }
    }

    #[test]
    fn only_loopback_may_do_without_tls() {
        for (given, normal) in [
            ("http://localhost:8787/hook", "http://localhost:8787/hook"),
            ("HTTP://localhost.:80/", "http://localhost/"),
            ("http://127.0.0.1:443", "http://127.0.0.1:443/"),
            ("http://[::1]:3000/", "http://[::1]:3000/"),
        ] {
            assert_eq!(local(given).as_deref(), Ok(normal));
            assert_eq!(local(normal).as_deref(), Ok(normal));
        }
        refuse(
            &NOT_HTTPS,
            &["http://example.com/", "http://example.com:443/", "http://localhost.example.com/"],
        );
    }

    #[test]
    fn only_https_is_called() {
        refuse(
            &NOT_HTTPS,
            &[
                "",
                "example.com",
                "//example.com/",
                "/hook",
                "https:example.com",
                "https:/example.com",
                "https",
                "ftp://example.com/",
                "ws://example.com/",
                "wss://example.com/",
                "file:///etc/passwd",
                "gopher://example.com/",
                "javascript:alert(1)//https://example.com",
                "data:text/html,x",
                "blob:https://example.com/x",
                "httpſ://example.com/",
                "ｈttps://example.com/",
                "view-source:https://example.com/",
                "x?https://example.com/",
            ],
        );
    }

    #[test]
    fn blanks_control_characters_and_backslashes_are_refused_wherever_they_stand() {
        refuse(
            &SIGNS,
            &[
                "https://example.com/a b",
                "https://exam ple.com/",
                "https://exam\tple.com/",
                "https://example.com\n.evil.example/",
                "ht\ntps://example.com/",
                "https://example.com/\r\nHost: x",
                "https://example.com/\u{0}",
                "\u{0}https://example.com/",
                "https://example.com/\u{7f}",
                "https://example.com/\u{85}",
                "https://example.com/\u{a0}",
                "\u{a0}https://example.com/",
                "https://example.com/\u{3000}",
                "https://example.com/\u{2028}",
                "https:\\\\example.com\\",
                "https://example.com\\@evil.example/",
                "https://example.com/a\\b",
                "https://evil.example\\.example.com/",
            ],
        );
    }

    #[test]
    fn a_user_is_refused_also_an_empty_one() {
        refuse(
            &USER,
            &[
                "https://user@example.com/",
                "https://user:password@example.com/",
                "https://:password@example.com/",
                "https://@example.com/",
                "https://:@example.com/",
                "https://example.com@127.0.0.1/",
                "https://example.com:443@evil.example/",
                "https://a@b@example.com",
                "https://user%40x@example.com/",
                "https://@/",
            ],
        );
        refuse(&UNREADABLE, &["https://user%40example.com/", "https://user＠example.com/"]);
    }

    #[test]
    fn a_fragment_is_refused_also_an_empty_one() {
        refuse(&FRAGMENT, &["https://example.com/#a", "https://example.com#", "https://example.com?a#@b"]);
    }

    #[test]
    fn a_host_is_a_full_name_of_the_public_dns() {
        let long_label = format!("https://{}.example.com/", "a".repeat(64));
        let name =
            |length: usize| format!("https://{}.{}com/", "a".repeat(length - 193), "abcdef.".repeat(27));
        refuse(
            &NAME,
            &[
                "https://intranet/",
                "https://com/",
                "https://рф/",
                "https://./",
                "https://../",
                "https://example..com/",
                "https://.example.com/",
                "https://example.com../",
                "https://127.0.0.1../",
                "https://localhost../",
                "https://-example.com/",
                "https://example-.com/",
                "https://_.example.com/",
                "https://__.__/",
                "https://example.7f/",
                "https://example._com/",
                "https://*.example.com/",
                "https://exa!mple.com/",
                "https://a,b.example.com/",
                "https://$(id).example.com/",
                "https://{host}.example.com/",
                "https://a;b=c.example.com/",
                &long_label,
                &name(254),
            ],
        );
        refuse(
            &UNREADABLE,
            &[
                "https://",
                "https:///example.com/",
                "https:////example.com/",
                "https://?a",
                "https://:443/",
                "https://exa<mple.com/",
                "https://exa%00mple.com/",
                "https://exa%20mple.com/",
                "https://exa%2fmple.com/",
                "https://exa／mple.com/",
                "https://example.com％2f.evil.example/",
                "https://%ff.example.com/",
                "https://xn--.com/",
                "https://xn--localhost-.com/",
                "https://xn--a.com/",
                "https://\u{ad}/",
            ],
        );
        assert!(strict(&format!("https://{}.example.com/", "a".repeat(63))).is_ok());
        assert!(strict(&name(253)).is_ok() && strict(&name(253).replace("com/", "com./")).is_ok());
    }

    #[test]
    fn names_of_private_networks_are_refused_in_any_spelling() {
        for suffix in NOT_PUBLIC {
            let below = format!("https://host.{suffix}/");
            let deep = format!("https://a.b.{}.:8443/", suffix.to_uppercase());
            refuse(&NAME, &[&below, &deep]);
        }
        refuse(
            &NAME,
            &[
                "https://app.localhost/",
                "https://app.localhost:3000/",
                "https://metadata.google.internal/",
                "https://metadata.google.ⓘnternal/",
                "https://host.docker.internal/",
                "https://kubernetes.default.svc.cluster.local/",
                "https://printer。local/",
                "https://printer.ｌｏｃａｌ/",
                "https://printer.lo\u{ad}cal/",
                "https://printer%2elocal/",
                "https://printer.%6c%6f%63%61%6c/",
                "https://home.arpa/",
                "https://router.home.arpa/",
            ],
        );
    }

    #[test]
    fn our_own_hosts_are_refused_in_any_spelling() {
        for own in [
            "https://edgehire.example.com/",
            "https://EDGEHIRE.example.com:8443/x",
            "https://edgehire.example.com./",
            "https://edgehire。example.com/",
            "https://ⓔdgehire.example.com/",
            "https://%65dgehire.example.com/",
            "https://хайр.example/",
            "https://xn--80asvr.example./",
        ] {
            for allow_loopback in [false, true] {
                let checked = OutboundUrl::check(own, &rules(allow_loopback));
                assert_eq!(checked, Err(OWN), "{own}");
            }
            assert!(local(own).is_ok(), "{own}");
        }
        assert_eq!(OutboundUrl::check("http://[0::1]:8787/", &rules(true)), Err(OWN));
        let dotted = UrlRules { own_hosts: vec![" Example.COM. ".to_owned()], ..UrlRules::default() };
        assert_eq!(OutboundUrl::check("https://example.com/", &dotted), Err(OWN));
    }

    #[test]
    fn only_the_ports_that_carry_https_are_called() {
        let ports = [0, 1, 22, 25, 80, 444, 2052, 2082, 2086, 2095, 3000, 5432, 6379, 8080, 8443 + 1, 65535];
        for port in ports {
            refuse(&PORT, &[&format!("https://example.com:{port}/")]);
        }
        refuse(
            &PORT,
            &["https://example.com:65536/", "https://example.com:-443/", "https://example.com:https/"],
        );
        for port in PORTS {
            let listed = PORT.0.contains(&port.to_string());
            assert!(listed && strict(&format!("https://example.com:{port}/")).is_ok(), "{port}");
        }
    }

    #[test]
    fn a_url_has_at_most_2048_characters_as_given_and_as_sent() {
        let too_long = Invalid::because("must be at most 2048 characters");
        let of = |length: usize, letter: &str| format!("https://example.com/{}", letter.repeat(length - 20));
        assert!(strict(&of(2048, "a")).is_ok() && strict(&format!(" {}\n", of(2048, "a"))).is_ok());
        refuse(&too_long, &[&of(2049, "a"), &of(2049, "/."), &of(400, "я"), &of(2000, "\u{10ffff}")]);
        assert!(strict(&of(300, "я")).is_ok());
    }

    #[test]
    fn whatever_is_accepted_has_a_name_and_stays_as_it_is() {
        let pieces =
            ["1", "0x7f", "127", "a", "-", "_", "xn--", "１", "。", ".", "..", "ß", "localhost", "%2e", ""];
        let tails = ["", ":8443", "/", "?a", "/%2e%2E/..", "/\u{202e}я?\"'<>я", ":443//@:/?#"];
        let mut accepted = 0;
        for (a, b) in pieces.iter().flat_map(|a| pieces.iter().map(move |b| (a, b))) {
            for (c, tail) in pieces.iter().flat_map(|c| tails.iter().map(move |tail| (c, tail))) {
                for raw in [format!("https://{a}{b}.{c}{tail}"), format!("https://{a}{b}{c}.com{tail}")] {
                    let Ok(url) = OutboundUrl::check(&raw, &rules(false)) else { continue };
                    assert_eq!(strict(url.as_str()).as_deref(), Ok(url.as_str()), "{raw}");
                    assert!(is_public(url.host()) && url.as_str().is_ascii(), "{raw}");
                    assert!(url.as_str().starts_with(&format!("https://{}", url.host())), "{raw}");
                    accepted += 1;
                }
            }
        }
        assert!(accepted > 1000, "{accepted}");
    }

    #[test]
    fn the_host_is_given_without_its_port() {
        for (url, host) in [
            ("https://Hooks.Example.com.:8443/a:b", "hooks.example.com"),
            ("https://пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("http://127.1:99/", "127.0.0.1"),
            ("http://[0::1]:99/", "[::1]"),
        ] {
            let rules = UrlRules { allow_loopback: true, own_hosts: Vec::new() };
            assert_eq!(OutboundUrl::check(url, &rules).unwrap().host(), host);
        }
    }
}
