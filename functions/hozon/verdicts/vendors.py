"""How the pages of bot protection are made: header fields and markup of each maker.

All of them mark true pages as well (sensors, beacons), so markup counts only where a
page has little else to show; a field that tells of a challenge counts always.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A header field that only the answers of a challenge have; `value` is in it."""

    name: str
    value: str
    vendor: str


FIELDS = (
    Field("cf-mitigated", "challenge", "Cloudflare"),
    Field("x-amzn-waf-action", "", "AWS WAF"),
    Field("x-vercel-mitigated", "", "Vercel"),
    Field("x-vercel-challenge-token", "", "Vercel"),
    Field("x-sucuri-block", "", "Sucuri"),
    Field("x-dd-b", "", "DataDome"),
    Field("x-kpsdk-ct", "", "Kasada"),
    Field("x-px-block", "", "HUMAN"),
    Field("x-tec-security", "challenge", "TEC"),
)

SERVERS = (
    Field("server", "akamaighost", "Akamai"),
    Field("server", "ddos-guard", "DDoS-Guard"),
    Field("server", "sucuri", "Sucuri"),
    Field("server", "cloudflare", "Cloudflare"),
    Field("server", "awselb", "AWS"),
    Field("server", "cloudfront", "CloudFront"),
    Field("server", "imunify360", "Imunify360"),
    Field("server", "qrator", "Qrator"),
    Field("server", "stackpath", "StackPath"),
    Field("server", "arvancloud", "ArvanCloud"),
    Field("x-datadome", "", "DataDome"),
    Field("x-datadome-cid", "", "DataDome"),
    Field("x-iinfo", "", "Imperva"),
    Field("x-cdn", "incapsula", "Imperva"),
    Field("x-cdn", "imperva", "Imperva"),
)
"""Who stands before a site: tells whose the block is, where it is refused (403…)."""

MARKUP = (
    ("_cf_chl_opt", "Cloudflare"),
    ("/cdn-cgi/challenge-platform/h/", "Cloudflare"),
    ("cf-browser-verification", "Cloudflare"),
    ("cf-error-details", "Cloudflare"),
    ("cf-im-under-attack", "Cloudflare"),
    ("captcha-delivery.com", "DataDome"),
    ("px-captcha", "HUMAN"),
    ("_pxappid", "HUMAN"),
    ("captcha.px-cdn.net", "HUMAN"),
    ("captcha.perimeterx.net", "HUMAN"),
    ("_incapsula_resource", "Imperva"),
    ("distil_identification", "Imperva"),
    ("distilcaptchaform", "Imperva"),
    ("window.kpsdk", "Kasada"),
    ("/ips.js?", "Kasada"),
    ("awswafcookiedomainlist", "AWS WAF"),
    ("gokuprops", "AWS WAF"),
    ("token.awswaf.com", "AWS WAF"),
    ("captcha.awswaf.com", "AWS WAF"),
    ("captcha-sdk.awswaf.com", "AWS WAF"),
    ("sgcaptcha", "SiteGround"),
    ("sec-if-cpt-container", "Akamai"),
    ("/_sec/cp_challenge", "Akamai"),
    ("errors.edgesuite.net", "Akamai"),
    ("bm-verify", "Akamai"),
    ("/.well-known/ddos-guard/", "DDoS-Guard"),
    ("check.ddos-guard.net", "DDoS-Guard"),
    ("sucuri_cloudproxy_js", "Sucuri"),
    ("cdn.sucuri.net/sucuri-firewall-block", "Sucuri"),
    (".within.website/x/cmd/anubis", "Anubis"),
    ('id="anubis_', "Anubis"),
    ("wsidchk", "Imunify360"),
    ("imunify360", "Imunify360"),
    ("acw_sc__v2", "Alibaba"),
    ("aliyun_waf", "Alibaba"),
    ("/_____tmd_____/punish", "Alibaba"),
    ("__jsl_clearance", "Knownsec"),
    ("wordfence", "Wordfence"),
    ("rbzns", "Reblaze"),
    ("_fs-ch-", "Fastly"),
    ("x-vercel-challenge", "Vercel"),
    ("/.well-known/vercel/security/", "Vercel"),
    ("perfdrive.com", "Radware"),
    ("validate.perfdrive", "Radware"),
    ("__qrator", "Qrator"),
    ("stormcaster.js", "Radware"),
    ("arcaptcha", "ArvanCloud"),
)

WIDGETS = (
    ("hcaptcha.com/1/api.js", "hCaptcha"),
    ("js.hcaptcha.com", "hCaptcha"),
    ("h-captcha", "hCaptcha"),
    ("g-recaptcha", "reCAPTCHA"),
    ("recaptcha/api.js", "reCAPTCHA"),
    ("recaptcha/enterprise.js", "reCAPTCHA"),
    ("challenges.cloudflare.com/turnstile", "Turnstile"),
    ("cf-turnstile", "Turnstile"),
    ("arkoselabs.com", "Arkose"),
    ("funcaptcha", "Arkose"),
    ("geetest", "GeeTest"),
    ("frc-captcha", "Friendly Captcha"),
    ("mtcaptcha", "MTCaptcha"),
)
"""Captchas that anybody puts into a form: a block only where there is little else."""

PARKING_HOSTS = (
    "sedoparking.com",
    "sedo.com",
    "parkingcrew.net",
    "bodis.com",
    "hugedomains.com",
    "afternic.com",
    "dan.com",
    "above.com",
    "undeveloped.com",
    "uniregistry.com",
    "domainmarket.com",
    "buydomains.com",
    "namebright.com",
    "parklogic.com",
    "parking.godaddy.com",
    "domaincontrol.com",
    "smartname.com",
    "dynadot.com",
    "sav.com",
    "brandbucket.com",
    "atom.com",
    "ww1.parked",
    "parking.namesilo.com",
    "expired.namecheap.com",
    "domain-parking.jp",
    "parking.onamae.com",
)

PARKING_MARKUP = (
    "sedoparking",
    "parkingcrew",
    "img.sedoparking.com",
    "bodiscdn",
    "parking.bodiscdn.com",
    "/parking-lander",
    "lander_system",
    "window.park",
    "d38psrni17bvxu.cloudfront.net",
    "google.com/adsense/domains/caf.js",
    "adsense/domains",
    "parklogic",
    "domainpark",
    "parking.godaddy",
    "wsimg.com/parking-lander",
    "cdn.domainparking",
    "hugedomains.com",
    "onamae.com/parking",
    "parking.onamae",
)

CHALLENGE_HOSTS = ("perfdrive.com", "captcha-delivery.com", "queue-it.net")
LOGIN_HOST = frozenset({"login", "signin", "auth", "accounts", "sso", "id", "passport"})
CONSENT_HOST = frozenset({"consent", "cmp", "guce", "privacy", "cookie", "cookies"})
