//! Tests with the vectors of the standards, and for each reason of refusal.

use super::*;

const CREDENTIALS: Credentials = Credentials {
    consumer_key: "consumer",
    consumer_secret: "consumer secret",
    token: "token",
    token_secret: "token+secret",
};

const NOW: u64 = 1_500_000_000;

/// The parameters of a valid request, without its signature.
const PARAMETERS: [(&str, &str); 6] = [
    ("oauth_consumer_key", "consumer"),
    ("oauth_nonce", "n"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1500000000"),
    ("oauth_token", "token"),
    ("oauth_version", "1.0"),
];

/// Checks a known signature against the verifier's own functions.
fn check_vector(request: (&str, &str, &str), query: &str, key: (&str, &str), expected: [&str; 2]) {
    let (method, authority, path) = request;
    let [base_string, signature] = expected;
    let parameters: Vec<Parameter> = percent::form_pairs(query).collect();
    let found = base_string::of(method, authority, path, parameters.iter());
    assert_eq!(found, base_string);
    let key = signature::key(key.0, key.1);
    assert_eq!(signature::of(&key, &found), signature);
    assert!(signature::is_right(signature.as_bytes(), &key, &found));
}

#[test]
fn the_example_of_the_rfc() {
    // RFC 5849, 1.2.
    check_vector(
        ("GET", "photos.example.net", "/photos"),
        "file=vacation.jpg&size=original&oauth_consumer_key=dpf43f3p2l4k3l03\
         &oauth_token=nnch734d00sl2jdk&oauth_signature_method=HMAC-SHA1\
         &oauth_timestamp=137131202&oauth_nonce=chapoH&oauth_signature=left%20out",
        ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
        [
            "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg\
             %26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3DchapoH\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202\
             %26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal",
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        ],
    );
}

#[test]
fn the_example_of_oauth_core() {
    // OAuth Core 1.0, appendix A.
    check_vector(
        ("GET", "photos.example.net", "/photos"),
        "file=vacation.jpg&size=original&oauth_consumer_key=dpf43f3p2l4k3l03\
         &oauth_token=nnch734d00sl2jdk&oauth_signature_method=HMAC-SHA1\
         &oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0",
        ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
        [
            "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg\
             %26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3Dkllo9940pd9333jh\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1191242096\
             %26oauth_token%3Dnnch734d00sl2jdk%26oauth_version%3D1.0%26size%3Doriginal",
            "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
        ],
    );
}

#[test]
fn the_example_with_all_that_is_hard() {
    // RFC 5849, 3.4.1; the signature that is printed there belongs to nothing, this one is right.
    check_vector(
        ("post", "EXAMPLE.COM:80", "/request"),
        "b5=%3D%253D&a3=a&c%40=&a2=r%20b&oauth_consumer_key=9djdj82h48djs9d2\
         &oauth_token=kkk9d7dh3k39sjv7&oauth_signature_method=HMAC-SHA1\
         &oauth_timestamp=137131201&oauth_nonce=7d8f3e4a&c2&a3=2+q",
        ("j49sk3j29djd", "dh893hdasih9"),
        [
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da\
             %26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2\
             %26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
             %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            "r6/TJjbCOr97/+UU0NsvSne7s5g=",
        ],
    );
}

#[test]
fn the_authority_is_in_lower_case_and_without_the_default_port() {
    let check = |authority, expected: &str| {
        let base_string = base_string::of("GET", authority, "/p", [].iter());
        assert_eq!(base_string, format!("GET&http%3A%2F%2F{expected}%2Fp&"), "{authority}");
    };
    check("LocalHost", "localhost");
    check("LocalHost:8080", "localhost%3A8080");
    check("127.0.0.1:80", "127.0.0.1");
    check("127.0.0.1:", "127.0.0.1");
    check("127.0.0.1:443", "127.0.0.1%3A443");
    check("127.0.0.1:8080", "127.0.0.1%3A8080");
    check("127.0.0.1:180", "127.0.0.1%3A180");
    check("[::1]", "%5B%3A%3A1%5D");
    check("[::80]", "%5B%3A%3A80%5D");
    check("[::1]:80", "%5B%3A%3A1%5D");
    check("[::1]:8080", "%5B%3A%3A1%5D%3A8080");
}

#[test]
fn parameters_are_sorted_after_they_are_encoded() {
    let check = |query, expected: &str| {
        let parameters: Vec<Parameter> = percent::form_pairs(query).collect();
        let base_string = base_string::of("GET", "h:8080", "/caf%C3%A9", parameters.iter());
        let address = "GET&http%3A%2F%2Fh%3A8080%2Fcaf%25C3%25A9&";
        assert_eq!(base_string.strip_prefix(address), Some(expected), "{query}");
    };
    // Decoded, `é` would stand behind `~`; encoded, `%` stands before each letter.
    check("z=1&~=2&%C3%A9=3", "%25C3%25A9%3D3%26z%3D1%26~%3D2");
    check("a=b&a=%C3%A9&a=", "a%3D%26a%3D%25C3%25A9%26a%3Db");
    check("a%zz=%", "a%2525zz%3D%2525");
    check("", "");
}

/// A request with these parameters in its header or in its query, and the right signature.
fn signed(parameters: &[(&str, &str)], query: &str, in_header: bool) -> (String, String) {
    let mut all: Vec<Parameter> = percent::form_pairs(query).collect();
    all.extend(parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    let base_string = base_string::of("GET", "127.0.0.1:8080", "/v2/search", all.iter());
    let key = signature::key(CREDENTIALS.consumer_secret, CREDENTIALS.token_secret);
    let signature = signature::of(&key, &base_string);
    let parameters = parameters.iter().copied().chain([("oauth_signature", signature.as_str())]);
    let write = |quote, separator: &str| {
        let write = |(name, value): (&str, &str)| {
            let [name, value] = [name, value].map(|text| percent::encode(text.as_bytes()));
            format!("{name}={quote}{value}{quote}")
        };
        parameters.map(write).collect::<Vec<_>>().join(separator)
    };
    if in_header {
        (format!(r#"OAuth realm="a, b",{}"#, write("\"", ", ")), query.to_owned())
    } else {
        (String::new(), format!("{query}&{}", write("", "&")))
    }
}

fn verify_at(now: u64, header: &str, query: &str, nonces: &Nonces) -> Result<(), Refusal> {
    let request = ApiRequest {
        method: "GET",
        authority: "127.0.0.1:8080",
        path: "/v2/search",
        query,
        authorization: (!header.is_empty()).then_some(header),
    };
    verify(&request, &CREDENTIALS, nonces, Duration::from_secs(now))
}

/// The verdict on a correctly signed request with these parameters, in both forms.
fn verdict(parameters: &[(&str, &str)]) -> Result<(), Refusal> {
    let [in_header, in_query] = [true, false].map(|in_header| {
        let (header, query) = signed(parameters, "location=S%C3%A3o+Paulo", in_header);
        verify_at(NOW, &header, &query, &Nonces::default())
    });
    assert_eq!(in_header, in_query);
    in_header
}

#[test]
fn a_signed_request_is_good_once() {
    for in_header in [true, false] {
        let nonces = Nonces::default();
        let (header, query) = signed(&PARAMETERS, "location=%E6%9D%B1%E4%BA%AC&term=", in_header);
        assert_eq!(verify_at(NOW, &header, &query, &nonces), Ok(()));
        assert_eq!(verify_at(NOW, &header, &query, &nonces), Err(Refusal::Replayed));
    }
}

#[test]
fn a_nonce_is_used_up_by_its_owner_alone() {
    let nonces = Nonces::default();
    let (header, query) = signed(&PARAMETERS, "location=Austin", true);
    let tampered = verify_at(NOW, &header, "location=Boston", &nonces);
    assert!(matches!(tampered, Err(Refusal::WrongSignature { .. })), "{tampered:?}");
    assert_eq!(verify_at(NOW, &header, &query, &nonces), Ok(()));
}

#[test]
fn a_timestamp_may_be_five_minutes_off() {
    let (header, query) = signed(&PARAMETERS, "", true);
    let check = |now, expected| {
        assert_eq!(verify_at(now, &header, &query, &Nonces::default()), expected, "{now}");
    };
    check(NOW - 300, Ok(()));
    check(NOW + 300, Ok(()));
    check(NOW - 301, Err(Refusal::Expired { given: NOW, now: NOW - 301 }));
    check(NOW + 301, Err(Refusal::Expired { given: NOW, now: NOW + 301 }));
    check(0, Err(Refusal::Expired { given: NOW, now: 0 }));
    let refusal = verify_at(NOW + 301, &header, &query, &Nonces::default()).expect_err("too old");
    assert_eq!(
        refusal.to_string(),
        "Expired timestamp: given 1500000000 and now 1500000301 has a greater difference than \
         threshold 300"
    );
}

#[test]
fn each_parameter_has_to_be_there_once() {
    let required = ["oauth_consumer_key", "oauth_nonce", "oauth_signature_method", "oauth_token"];
    for name in required.into_iter().chain(["oauth_timestamp"]) {
        let without: Vec<_> = PARAMETERS.into_iter().filter(|(known, _)| *known != name).collect();
        assert_eq!(verdict(&without), Err(Refusal::Missing(name)));
        let empty: Vec<_> = without.iter().copied().chain([(name, "")]).collect();
        assert_eq!(verdict(&empty), Err(Refusal::Missing(name)));
        let twice: Vec<_> = PARAMETERS.into_iter().chain([(name, "x")]).collect();
        assert_eq!(verdict(&twice), Err(Refusal::Invalid(name)));
    }
    let missing = verify_at(NOW, "Bearer oauth", "location=Austin", &Nonces::default());
    assert_eq!(missing, Err(Refusal::Missing("oauth_consumer_key")));
    let (header, query) = signed(&PARAMETERS, "oauth_signature=x", true);
    let twice = verify_at(NOW, &header, &query, &Nonces::default());
    assert_eq!(twice, Err(Refusal::Invalid("oauth_signature")), "once in each place");
}

#[test]
fn each_parameter_has_to_be_valid() {
    let check = |name: &str, value: &str, expected| {
        let parameters =
            PARAMETERS.map(|(known, was)| (known, if known == name { value } else { was }));
        assert_eq!(verdict(&parameters), expected, "{name}={value}");
    };
    let long = "n".repeat(NONCE_BYTES_MAX);
    check("oauth_nonce", &long, Ok(()));
    check("oauth_nonce", &format!("{long}n"), Err(Refusal::Invalid("oauth_nonce")));
    check("oauth_nonce", "a+b c&d=e%25/~*'()!\"日", Ok(()));
    check("oauth_consumer_key", "Consumer", Err(Refusal::UnknownConsumer));
    check("oauth_token", "token ", Err(Refusal::Invalid("oauth_token")));
    check("oauth_version", "2.0", Err(Refusal::Invalid("oauth_version")));
    for method in ["PLAINTEXT", "RSA-SHA1", "hmac-sha1", "HMAC-SHA256"] {
        check("oauth_signature_method", method, Err(Refusal::Invalid("oauth_signature_method")));
    }
    for timestamp in ["+1500000000", "1500000000.0", "99999999999999999999", "now", "-1"] {
        check("oauth_timestamp", timestamp, Err(Refusal::Invalid("oauth_timestamp")));
    }
    let without_version = &PARAMETERS[..5];
    assert_eq!(verdict(without_version), Ok(()));
}

#[test]
fn the_error_of_a_wrong_signature_says_what_to_sign() {
    let expected = "GET&http%3A%2F%2F127.0.0.1%3A8080%2Fv2%2Fsearch&location%3DAustin\
        %26oauth_consumer_key%3Dconsumer%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1\
        %26oauth_timestamp%3D1500000000%26oauth_token%3Dtoken%26oauth_version%3D1.0";
    let (header, query) = signed(&PARAMETERS, "location=Austin", true);
    let start = header.find("oauth_signature=").expect("a signature");
    for signature in ["AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D", "AAAA", "no%20Base64", "%FF%00"] {
        let forged = format!("{}oauth_signature=\"{signature}\"", &header[..start]);
        let refusal = verify_at(NOW, &forged, &query, &Nonces::default());
        let base_string = expected.to_owned();
        assert_eq!(refusal, Err(Refusal::WrongSignature { base_string }), "{signature}");
    }
}
