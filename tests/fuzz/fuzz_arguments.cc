// What a request brings from path, query and body, through the schema of an action.
#include "server/http/arguments.h"
#include "server/http/envelope.h"
#include "server/http/request.h"
#include "wire/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace jarvis;
  static const wire::SchemaTable schemas = wire::compile_all().value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = text.find('\n');
  const std::string_view query = text.substr(0, first);
  const std::string_view body = first == std::string_view::npos ? std::string_view() : text.substr(first + 1);
  for (const char* type :
       {"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}) {
    const auto arguments = server::http::read_arguments(type, body, query);
    if (!arguments) continue;
    for (const char* action : {"tasks.create", "tasks.get_all", "events.get_task_log", "models.edit"}) {
      (void)schemas.find(action)->second.check(*arguments);
    }
    const server::http::Meta meta{
        .id = "0", .trx = std::string(query), .endpoint = "x.y", .requested = {}, .actual = {}};
    (void)server::http::envelope(meta, server::Reply(*arguments));
  }
  (void)server::http::parse_target(query);
  server::http::HttpRequest request{
      .method = "GET", .target = std::string(query), .headers = {}, .body = {}, .peer = {}};
  request.headers.emplace("Cookie", std::string(body));
  (void)request.cookie("clearml_token_basic");
  return 0;
}
