#include "server/http/web_page.h"

namespace jarvis::server::http {

HttpResponse web_page(const HttpRequest& request, const std::string& api_url) {
  if (request.path() == "/healthz") return {.content_type = "text/plain; charset=utf-8", .headers = {}, .body = "ok\n"};
  if (request.path() != "/") {
    return {
        .status = 404, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = "There is no such page.\n"};
  }
  HttpResponse response{.content_type = "text/html; charset=utf-8", .headers = {}, .body = {}};
  response.headers = {{"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"}};
  response.body =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>JARVIS</title><style>:root{color-scheme:light dark}body{font:16px/1.6 "
      "system-ui,sans-serif;max-width:40rem;"
      "margin:12vh auto;padding:0 1rem}code{background:#8882;padding:.1em .3em;border-radius:.2em}</style>"
      "<h1>JARVIS is running</h1><p>The API is at <code>" +
      api_url +
      "</code>.</p>"
      "<p>The web UI will live on this page: projects, tasks, queues and workers. Until then, work through the Python "
      "package:</p>"
      "<pre><code>from jarvis import Task\ntask = Task.init(project_name=\"first\", "
      "task_name=\"hello\")</code></pre></html>\n";
  return response;
}

}  // namespace jarvis::server::http
