import { isHostKey } from 'eslint-plugin-api-hub/evidence';

/** What is told to people, thrown, or compared sends nothing. By the first word of a name … */
const tellers = new Set(
  'print println printf eprintln eprint echo raise panic bail anyhow log logger logging loguru console slog tracing Log Console Debug System.out System.err errors warnings describe it test t click.echo messagebox Assert Assertions git grep egrep fgrep rg ag sed awk case die usage usage: fail cat help'.split(
    ' ',
  ),
);
/** … or by its last. */
const telling =
  /^(?:debug|info|warn(?:ing)?|error|exception|critical|fatal\w*|success|trace|log\w*|Log\w*|assert\w*|expect|isEqualTo|print\w*|Print\w*|Errorf|Fprint\w*|write(?:ln)?|WriteLine|add_argument|help|fail|[Mm]arkdown|caption|show(?:error|info|warning)|replace(?:All)?|sub|subn|search|fullmatch|findall)$|(?:Error|Exception)$/;

/** What answers in the place of a broker … */
const standIns =
  /^(?:responses|rsps|respx|httpretty|aioresponses|mocker|m|mock|gock|httpmock|pook|vcr|wiremock|WireMock|mock_\w+|\w+_mock|web)\.|(?:^|\.)(?:patch|stubFor|urlEqualTo|urlPathEqualTo|urlMatching|requestTo|RegisterResponder|register_uri|mock\w*|parametrize|setattr|setenv)$/;
/** … and what asks whether something is an address, or serves one of the program's own. */
const asking =
  /(?:^|\.)(?:starts_?[wW]ith|StartsWith|HasPrefix|ends_?[wW]ith|EndsWith|HasSuffix|contains|Contains|match|equals|Equals)$/;
const serving =
  /(?:^|\.)(?:route|add_url_rule|add_api_route|add_(?:get|post|put|patch|delete|head|route|view|resource|websocket)|HandleFunc|Handle|requestMatchers|antMatchers|re_path)$/;

/** Whether something that is given to this callee sends nothing. */
export const isSilentCallee = (callee: string | null): boolean => {
  if (callee === null) return false;
  const first = callee.split('.')[0] ?? callee;
  const last = callee.split('.').at(-1) ?? callee;
  if (tellers.has(first) || tellers.has(callee) || tellers.has(callee.split('.').slice(0, 2).join('.'))) return true;
  return telling.test(last) || standIns.test(callee) || asking.test(callee) || serving.test(callee);
};

/** Fields for people. */
export const isSilentKey = (key: string | null): boolean =>
  key !== null &&
  /^(?:description|summary|title|help|help_text|usage|verbose_name|doc|docs|comment|comments|note|notes|label|message|homepage|documentation|externalDocs|changelog|repository|bugs|referer|referrer|origin|__doc__|epilog)$/i.test(
    key.split('.').at(-1) ?? key,
  );

const methods =
  /(?:^|[._])(?:get|post|put|patch|delete|head|request|fetch|call_api|send_request|stream)$|(?:^|\.)(?:urlopen|Request|connect|ws_connect|create_connection|open_connection|HTTPS?Connection|WebSocketApp|Get|Head|Post|PostForm|GetAsync|PostAsync|SendAsync|NewRequest|NewRequestWithContext|Dial|DialContext|getForObject|getForEntity|postForObject|postForEntity|exchange|baseUrl|newWebSocket|buildAsync|file_get_contents|curl_init|GET|POST)$/;
const programs =
  /^(?:curl|wget|https?|httpie|xh|nc|ncat|telnet|websocat|wscat|openssl|aria2c|GET|POST|PUT|PATCH|DELETE|HEAD|irm|iwr|invoke-restmethod|invoke-webrequest)(?:\.exe)?$/i;

/** What sends what it is given, also where that is a name alone. */
export const sends = (callee: string | null): boolean =>
  callee !== null && (methods.test(callee) || connects.test(callee) || programs.test(callee));

/** What takes a host alone. `d.get("api.kiwoom.com")` asks a table. */
const connects =
  /(?:^|\.)(?:HTTPS?Connection|create_connection|open_connection|connect(?:_ex|_tcp)?|getaddrinfo|gethostbyname|Dial\w*|InetSocketAddress|(?:SSL)?Socket|createSocket|TcpClient)$/;

/** Lists of hosts that are let through, or not. */
const listed = /allow|deny|block|permit|egress|ingress|whitelist|blacklist|no_?proxy|sni|dns/i;

/** Whether a host without scheme, port and path is an address here; elsewhere it may be a label, a key or a rule of a network. */
export const isPlaceForHost = (callee: string | null, key: string | null): boolean => {
  if (key === null) return callee !== null && (connects.test(callee) || programs.test(callee));
  return !listed.test(key) && key.split(/[_.-]/).some(isHostKey);
};

/** Where a program names addresses of its own: the tables of Django, the blocks of Ktor. */
export const isRoute = (path: string, callee: string | null): boolean =>
  /(?:^|\/)urls\.py$/.test(path) ||
  (path.endsWith('urls.py') && callee !== null && /^(?:path|re_path|url)$/.test(callee)) ||
  (/\.kts?$/.test(path) && callee !== null && /^(?:get|post|put|patch|delete|head|route|webSocket)$/.test(callee));

/** A command line in one string: `subprocess.run("curl …")`. */
export const isCommand = (text: string): boolean =>
  /\b(?:requests|httpx|urllib|aiohttp|axios)\.|\b(?:fetch|urlopen)\(/.test(text) ||
  /(?:^|[\s;|&(`])(?:curl|wget|httpie|websocat|wscat|ncat?)\s/.test(text);

/** Answers that were recorded, for tests. */
export const isRecorded = (path: string): boolean =>
  /(?:^|\/)(?:fixtures?|__snapshots__|cassettes|testdata|test-data|mocks?|__mocks__|golden|recordings?)\//i.test(path);

/** Annotations of clients: of Retrofit, Feign. Those of servers name routes of their own. */
export const isClientAnnotation = (callee: string | null): boolean =>
  callee !== null && /^(?:GET|POST|PUT|PATCH|DELETE|HTTP|RequestLine)$/.test(callee);

const testFile =
  /(?:^|\/)(?:tests?|spec|__tests__)\/|(?:^|\/)(?:test_[^/]*|conftest)\.py$|_test\.(?:py|go)$|Tests?\.(?:java|kt|cs)$/;
const mocks =
  /\b(?:responses|respx|requests_mock|httpretty|aioresponses|pytest_httpx|httpx_mock|monkeypatch|unittest\.mock|mocker|vcr|gock|httpmock|httptest|WireMock|MockRestServiceServer|MockWebServer)\b/;

/** A test in which something stands in for the broker: what it keeps is what is asked of that. */
export const isMockedTest = (path: string, source: string): boolean => testFile.test(path) && mocks.test(source);
