/** A form of token that is known by its beginning or its shape, beyond those that are redacted. */
export interface TokenFormat {
  readonly name: string;
  /** Lower-case ASCII, one of which is in every such token. */
  readonly keywords: readonly string[];
  /** Body of a pattern; it begins and ends where no word goes on. */
  readonly body: string;
}

/** Rows of `name keyword,keyword body`: one token format each. */
const rows = String.raw`
1password-token ops_eyj ops_eyJ[A-Za-z0-9+/_-]{100,}={0,2}
1password-key a3- A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}
adobe-secret p8e- p8e-[A-Za-z0-9]{32}
airtable-token pat pat[A-Za-z0-9]{14}\.[a-f0-9]{64}
alibaba-key ltai LTAI[A-Za-z0-9]{17,21}
artifactory-key akcp AKCp[A-Za-z0-9]{69}
artifactory-token cmvmd cmVmd[A-Za-z0-9]{59}
azure-client-secret q~ [A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}
bedrock-key absk ABSK[A-Za-z0-9+/]{109,130}={0,2}
bedrock-key bedrock-api-key- bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=_-]*
bitbucket-password atbb ATBB[A-Za-z0-9]{32}
atlassian-token atctt3 ATCTT3[A-Za-z0-9_=-]{60,}
brevo-key xkeysib- xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}
brevo-key xsmtpsib- xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}
buildkite-token bkua_,bkaa_,bkct_,bkac_ bk(?:ua|aa|ct|ac)_[a-f0-9]{40}
circleci-token ccipat_ CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}
clickhouse-key 4b1d 4b1d[A-Za-z0-9]{38}
clojars-token clojars_ CLOJARS_[a-f0-9]{57,60}
cloudflare-key v1.0- v1\.0-[a-f0-9]{24}-[a-f0-9]{146}
cloudflare-token cfat_,cfut_,cfk_ cf(?:at|ut|k)_[A-Za-z0-9_-]{36,}
contentful-token cfpat- CFPAT-[A-Za-z0-9_-]{43}
databricks-token dapi dapi[A-Fa-f0-9]{32}(?:-[0-9])?
discord-token . [MNO][A-Za-z0-9]{23,26}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}
docker-token dckr_ dckr_[po]at_[A-Za-z0-9_-]{20,}
doppler-token dp. dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}
duffel-token duffel_ duffel_(?:test|live)_[A-Za-z0-9_=-]{43}
dynatrace-token dt0c01. dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}
easypost-key ezak,eztk EZ[AT]K[A-Za-z0-9]{54}
facebook-token | [0-9]{15,16}\|[A-Za-z0-9_-]{26,40}
facebook-token eaa EAA[MC][A-Za-z0-9]{100,}
figma-token figd_,figo_,figoh_,figor_,figu_ fig(?:d|o|oh|or|u)_[A-Za-z0-9_-]{40,}
flutterwave-key flwseck FLWSECK(?:_TEST)?-[a-h0-9]{12,32}(?:-X)?
fly-token fm2_ fm2_[A-Za-z0-9+/=_-]{80,}
frameio-token fio-u- fio-u-[A-Za-z0-9_=-]{64}
github-token ghs_ gh[su]_[A-Za-z0-9]{1,20}_eyJ[A-Za-z0-9_.-]{40,}
grafana-token glc_ glc_[A-Za-z0-9+/]{24,}={0,2}
harness-token pat. (?:pat|sat)\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}
heroku-key hrku- HRKU-AA[A-Za-z0-9_-]{58}
infracost-key ico- ico-[A-Za-z0-9]{32}
intra42-secret s-s4t2 s-s4t2(?:ud|af)-[a-f0-9]{64}
launchdarkly-key sdk- sdk-[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[a-f0-9]{4}-[a-f0-9]{12}
linear-secret lin_oauth_ lin_oauth_[A-Za-z0-9]{32,}
mailchimp-key -us [a-f0-9]{32}-us[0-9]{1,2}
mailgun-key key- key-[a-f0-9]{32}
mapbox-token sk.eyj sk\.eyJ[A-Za-z0-9_-]{50,}\.[A-Za-z0-9_-]{20,}
maxmind-key _mmk [A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk
mongodb-key mdb_sa_ mdb_sa_sk_[A-Za-z0-9_-]{30,}
netlify-token nfp_ nfp_[A-Za-z0-9]{36,}
newrelic-key nrak-,nrii-,nrjs- NR(?:AK-[A-Z0-9]{27}|II-[A-Za-z0-9-]{32}|JS-[a-f0-9]{19})
notion-token secret_ secret_[A-Za-z0-9]{43}
nuget-key oy2 oy2[a-z0-9]{43}
octopus-key api- API-[A-Z0-9]{26}
openshift-token sha256~ sha256~[A-Za-z0-9_-]{43}
perplexity-key pplx- pplx-[A-Za-z0-9]{48}
plaid-token access- access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}
planetscale-token pscale_ pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,64}
postman-key pmak- PMAK-[a-f0-9]{24}-[a-f0-9]{34}
prefect-key pnb_,pnu_ pn[ub]_[a-zA-Z0-9]{36}
pulumi-token pul- pul-[a-f0-9]{40}
readme-key rdme_ rdme_[a-z0-9]{70}
render-key rnd_ rnd_[A-Za-z0-9]{32}
replicate-token r8_ r8_[A-Za-z0-9]{37}
rubygems-key rubygems_ rubygems_[a-f0-9]{48}
scalingo-token tk-us- tk-us-[A-Za-z0-9_-]{48}
sentry-token sntry sntry(?:s_eyJ[A-Za-z0-9+/=_-]{40,}|u_[a-f0-9]{64})
settlemint-token sm_ sm_(?:pat|aat|sat)_[A-Za-z0-9]{16}
shippo-token shippo_ shippo_(?:live|test)_[a-f0-9]{40}
shopify-token shp shp(?:at|ca|pa|ss)_[A-Za-z0-9]{32,64}
slack-token xox xox[a-z](?:-[0-9]{1,2})?-[A-Za-z0-9-]{10,}
sonar-token sqa_,sqp_,squ_ sq[apu]_[A-Za-z0-9]{40}
sourcegraph-token sgp_ sgp_(?:[A-Fa-f0-9]{16}_|local_)?[A-Fa-f0-9]{40}
square-token sq0 sq0(?:atp-[A-Za-z0-9_-]{22}|csp-[A-Za-z0-9_-]{43})
square-token eaaa EAAA[A-Za-z0-9_-]{60}
supabase-key sbp_,sb_secret_ sb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{20,})
tailscale-key tskey- (?:[A-Za-z0-9_]{0,8}[0-9_])?tskey-[a-z]{3,10}-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}
telegram-token :aa [0-9]{8,10}:AA[A-Za-z0-9_-]{33}
tencent-key akid AKID[A-Za-z0-9]{32}
terraform-token .atlasv1. [A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}
twilio-key sk SK[a-f0-9]{32}
typeform-token tfp_ tfp_[A-Za-z0-9_.=-]{40,59}
vault-token s. s\.[A-Za-z0-9]{24}
vercel-token vcp_,vci_,vcc_,vca_,vck_,vcr_ vc[picakr]_[A-Za-z0-9]{24,}
xai-key xai- xai-[A-Za-z0-9]{70,}
zuplo-key zpka_ zpka_[a-z0-9]{32}_[a-f0-9]{8}
`;

export const tokenFormats: readonly TokenFormat[] = rows
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', keywords = '', body = ''] = row.split(' ');
    return { name, keywords: keywords.split(','), body };
  });

/** Keywords that are in most texts, and beside them a pattern for the plain text that says more. */
export const everydayKeywords: readonly string[] = ['s.', 'pat', 'sk'];
export const everydayTokens = /(?:s\.|pat|sk)[a-z0-9]{14}/;
