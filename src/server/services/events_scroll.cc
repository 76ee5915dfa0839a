#include "base/digest.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {

std::string scroll_id_of(const json::object& place) {
  return base64url_encode(to_text(place));
}

ApiResult<json::object> scroll_place(const json::object& body) {
  const std::string id = get_string_or(body, "scroll_id", "");
  if (id.empty()) return json::object();
  const ApiError refusal(api::bad_value, "scroll_id is not one that this action gave");
  const auto text = base64url_decode(id);
  if (!text) return refusal;
  auto place = parse_json_object(*text);
  if (!place) return refusal;
  return std::move(*place);
}

}  // namespace jarvis::server::event_calls
