// A multipart body means the same however it is cut into pieces.
#include "base/assert.h"
#include "server/files/file_calls.h"
#include "server/http/multipart.h"

namespace {

struct Seen {
  std::string text;
  bool is_refused = false;
  bool is_complete = false;
};

Seen read(std::string_view body, std::size_t piece) {
  using namespace jarvis;
  Seen seen;
  server::http::MultipartReader reader("b", {.begin_part = [&](const auto& part) -> Status {
                                               seen.text += "<" + part.name + ">";
                                               return {};
                                             },
                                             .data = [&](std::string_view bytes) -> Status {
                                               seen.text += bytes;
                                               return {};
                                             },
                                             .end_part = [&]() -> Status {
                                               seen.text += "</>";
                                               return {};
                                             }});
  for (std::size_t at = 0; at < body.size() && !seen.is_refused; at += piece)
    seen.is_refused = !reader.add(body.substr(at, piece));
  seen.is_complete = reader.is_complete();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const Seen whole = read(body, body.size() + 1);
  const Seen bytes = read(body, 1);
  if (!whole.is_refused && !bytes.is_refused) {
    JV_ASSERT(whole.text == bytes.text);
    JV_ASSERT(whole.is_complete == bytes.is_complete);
  }
  (void)jarvis::server::http::boundary_of(body);
  (void)jarvis::server::files::checked_path(body);
  (void)jarvis::server::files::parse_range(body, 1000);
  return 0;
}
