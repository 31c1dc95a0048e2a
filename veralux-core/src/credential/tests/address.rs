//! Where a server of a tenant's choosing may be.

use crate::credential::address::{BaseUrlError, check_base_url};

use BaseUrlError::{Extra, Form, NotPublic, Scheme};

#[test]
fn base_urls() {
    for (url, plain, with_loopback) in [
        ("https://api.example.com/v1", Ok(()), Ok(())),
        ("https://api.example.com:8443/v1/", Ok(()), Ok(())),
        ("https://93.184.216.34/v1", Ok(()), Ok(())),
        ("https://[2606:2800:220:1::1]/v1", Ok(()), Ok(())),
        ("http://api.example.com/v1", Err(Scheme), Err(Scheme)),
        ("ftp://api.example.com/", Err(Scheme), Err(Scheme)),
        ("http://localhost:11434/v1", Err(Scheme), Ok(())),
        ("http://127.0.0.1:11434/v1", Err(Scheme), Ok(())),
        ("http://[::1]:11434/v1", Err(Scheme), Ok(())),
        ("https://localhost/v1", Err(NotPublic), Ok(())),
        ("https://127.0.0.1/v1", Err(NotPublic), Ok(())),
        ("https://0x7f.1/", Err(NotPublic), Ok(())),
        ("https://2130706433/", Err(NotPublic), Ok(())),
        ("ftp://localhost/", Err(Scheme), Err(Scheme)),
        ("https://10.1.2.3/", Err(NotPublic), Err(NotPublic)),
        ("https://172.16.0.1/", Err(NotPublic), Err(NotPublic)),
        ("https://172.32.0.1/", Ok(()), Ok(())),
        ("https://192.168.1.1/", Err(NotPublic), Err(NotPublic)),
        ("https://169.254.169.254/latest", Err(NotPublic), Err(NotPublic)),
        ("https://100.64.0.1/", Err(NotPublic), Err(NotPublic)),
        ("https://0.0.0.0/", Err(NotPublic), Err(NotPublic)),
        ("https://255.255.255.255/", Err(NotPublic), Err(NotPublic)),
        ("https://[::]/", Err(NotPublic), Err(NotPublic)),
        ("https://[fd00::1]/", Err(NotPublic), Err(NotPublic)),
        ("https://[fe80::1]/", Err(NotPublic), Err(NotPublic)),
        ("https://[::ffff:192.168.0.1]/", Err(NotPublic), Err(NotPublic)),
        ("https://[64:ff9b::a00:1]/", Err(NotPublic), Err(NotPublic)),
        ("https://[2002:a00:1::]/", Err(NotPublic), Err(NotPublic)),
        ("https://[2001:db8::1]/", Err(NotPublic), Err(NotPublic)),
        ("https://intranet/", Err(NotPublic), Err(NotPublic)),
        ("https://vault.internal/", Err(NotPublic), Err(NotPublic)),
        ("https://printer.local./", Err(NotPublic), Err(NotPublic)),
        ("https://x.localhost/", Err(NotPublic), Err(NotPublic)),
        ("https://user@api.example.com/", Err(Extra), Err(Extra)),
        ("https://u:p@api.example.com/", Err(Extra), Err(Extra)),
        ("https://api.example.com/?key=1", Err(Extra), Err(Extra)),
        ("https://api.example.com/#x", Err(Extra), Err(Extra)),
        ("api.example.com/v1", Err(Form), Err(Form)),
        ("https://", Err(Form), Err(Form)),
        ("", Err(Form), Err(Form)),
    ] {
        assert_eq!(check_base_url(url, false), plain, "{url}");
        assert_eq!(check_base_url(url, true), with_loopback, "{url} with loopback");
    }
}
