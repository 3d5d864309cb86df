//! API tokens: short-lived JWTs that only point to a session row.

use chrono::DateTime;
use entity::Moment;
use entity::ids::SessionId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::keys::Keys;

const ISSUER: &str = "twitterdisco";
const AUDIENCE: &str = "twitterdisco-api";
/// Names the key, so that a later one can stand beside it while old tokens run out.
const KEY_ID: &str = "1";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The session this token stands for.
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// A token for `session`, good until `expires_at`.
///
/// # Errors
/// When signing fails, which it has no reason to.
pub fn sign(keys: &Keys, session: SessionId, now: Moment, expires_at: Moment) -> Result<String, AppError> {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(KEY_ID.to_owned());
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sid: session,
        iat: now.timestamp(),
        exp: expires_at.timestamp(),
    };
    let key = EncodingKey::from_secret(&keys.sign("jwt", KEY_ID.as_bytes()));
    jsonwebtoken::encode(&header, &claims, &key).map_err(AppError::internal)
}

/// The session a token stands for; `None` unless everything about it is right.
pub fn read(keys: &Keys, token: &str, now: Moment) -> Option<SessionId> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    if header.kid.as_deref() != Some(KEY_ID) || header.typ.as_deref() != Some("at+jwt") {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // Checked below against the clock that was handed in.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(&keys.sign("jwt", KEY_ID.as_bytes()));
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()?.claims;
    let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
    (expires_at > now).then_some(claims.sid)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use entity::ids::SessionId;
    use jsonwebtoken::{Algorithm, EncodingKey, Header};

    use super::{read, sign};
    use crate::keys::Keys;

    #[test]
    fn only_a_whole_token_of_ours_reads() {
        let keys = Keys::new("key");
        let session = SessionId(uuid::Uuid::from_u128(1));
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let token = sign(&keys, session, now, now + TimeDelta::hours(1)).unwrap_or_default();
        assert_eq!(read(&keys, &token, now), Some(session));
        assert_eq!(read(&keys, &token, now + TimeDelta::hours(1)), None, "expired");
        assert_eq!(read(&Keys::new("other"), &token, now), None, "another key");

        let claims = serde_json::json!({"iss": "twitterdisco", "aud": "twitterdisco-api", "sid": session,
            "iat": 0, "exp": 2_000_000_000});
        let secret = EncodingKey::from_secret(&keys.sign("jwt", b"1"));
        let forge = |header: Header, claims: &serde_json::Value| {
            jsonwebtoken::encode(&header, claims, &secret).unwrap_or_default()
        };
        let header = |algorithm, typ: &str, kid: &str| {
            let mut header = Header::new(algorithm);
            (header.typ, header.kid) = (Some(typ.to_owned()), Some(kid.to_owned()));
            header
        };
        assert_eq!(read(&keys, &forge(header(Algorithm::HS256, "at+jwt", "1"), &claims), now), Some(session));
        assert_eq!(read(&keys, &forge(header(Algorithm::HS512, "at+jwt", "1"), &claims), now), None, "algorithm");
        assert_eq!(read(&keys, &forge(header(Algorithm::HS256, "JWT", "1"), &claims), now), None, "typ");
        assert_eq!(read(&keys, &forge(header(Algorithm::HS256, "at+jwt", "2"), &claims), now), None, "kid");
        for (claim, value) in [("iss", "someone"), ("aud", "elsewhere")] {
            let mut wrong = claims.clone();
            wrong[claim] = value.into();
            assert_eq!(read(&keys, &forge(header(Algorithm::HS256, "at+jwt", "1"), &wrong), now), None, "{claim}");
        }
    }
}
