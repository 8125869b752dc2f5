import { isHostKey } from 'eslint-plugin-api-hub/evidence';

/** What is told to people, thrown, or compared sends nothing. */
const told =
  /^(?:print|println|printf|echo|raise|assert\w*|log|logger|logging|console|fmt\.(?:Print|Errorf|Fprint)\w*|System\.out|System\.err|warnings?\.warn|t\.(?:Log|Error|Fatal)\w*|git|click\.echo|describe|it|test)(?:$|[.\s])|(?:^|\.)(?:debug|info|warning|warn|error|exception|critical|log|assert\w*|expect|isEqualTo|print\w*|add_argument|help)$|(?:Error|Exception)$/;

/** What answers in the place of a broker, and addresses of a program's own. */
const mocked =
  /^(?:responses|requests_mock|respx|httpretty|aioresponses|mocker|m|mock|gock|httpmock|pook|vcr|wiremock|WireMock|web)\.|(?:^|\.)(?:patch|stubFor|urlEqualTo|urlPathEqualTo|urlMatching|requestTo|RegisterResponder|register_uri|mock\w*|route|add_url_rule|add_api_route|add_(?:get|post|put|patch|delete|head|route|view|resource|websocket)|re_path|HandleFunc|Handle|requestMatchers|antMatchers|startswith|startsWith|HasPrefix|endswith|endsWith|contains|Contains|match|equals|parametrize|setattr|setenv)$/;

/** Whether something that is given to this callee sends nothing. */
export const isSilentCallee = (callee: string | null): boolean =>
  callee !== null && (told.test(callee) || mocked.test(callee));

/** Fields for people. */
export const isSilentKey = (key: string | null): boolean =>
  key !== null &&
  /^(?:description|summary|title|help|help_text|verbose_name|doc|docs|comment|comments|note|notes|label|message|homepage|documentation|externalDocs|changelog|repository|bugs|referer|referrer|origin|__doc__|epilog|usage)$/i.test(
    key.split('.').at(-1) ?? key,
  );

/** What sends what it is given, also where that is a name alone. */
export const sends = (callee: string | null): boolean =>
  callee !== null && (connects.test(callee) || sending.test(callee));

const sending =
  /(?:^|\.)(?:get|post|put|patch|delete|head|request|urlopen|Request|fetch|stream|connect|ws_connect|create_connection|WebSocketApp|Get|Head|Post|PostForm|NewRequest|NewRequestWithContext|Dial|DialContext|getForObject|getForEntity|postForObject|postForEntity|exchange|baseUrl|newWebSocket|buildAsync)$|^(?:curl|wget|http|https|httpie|xh|nc|ncat|websocat|wscat|openssl|aria2c|GET|POST|PUT|PATCH|DELETE|HEAD)$/;

/** What takes a host alone. `d.get("api.kiwoom.com")` asks a table. */
const connects =
  /(?:^|\.)(?:HTTPS?Connection|create_connection|open_connection|connect(?:_ex|_tcp)?|getaddrinfo|gethostbyname|Dial\w*|InetSocketAddress|(?:SSL)?Socket|createSocket|TcpClient)$|^(?:curl|wget|nc|ncat|telnet|openssl|websocat|wscat)$/;

/** Lists of hosts that are let through, or not. */
const listed = /allow|deny|block|permit|egress|ingress|whitelist|blacklist|no_?proxy|sni|dns/i;

/** Whether a host without scheme, port and path is an address here; elsewhere it may be a label, a key or a rule of a network. */
export const isPlaceForHost = (callee: string | null, key: string | null): boolean => {
  if (key === null) return callee !== null && connects.test(callee);
  return !listed.test(key) && key.split(/[_.-]/).some(isHostKey);
};

/** Where a program names addresses of its own: the tables of Django, the blocks of Ktor. */
export const isRoute = (path: string, callee: string | null): boolean =>
  /(?:^|\/)urls\.py$/.test(path) ||
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
