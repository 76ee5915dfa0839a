// A model's metadata: small values by key, sent as a list and stored as an object.
#include "server/domain/entities.h"
#include "server/services/models.h"

namespace jarvis::server::models {

using store::Kind;

json::object metadata_object(const json::value& given) {
  if (given.is_object()) return given.get_object();
  json::object out;
  if (const json::array* list = given.if_array()) {
    for (const json::value& item : *list) {
      if (item.is_object()) out[get_string_or(item.get_object(), "key", "")] = item;
    }
  }
  return out;
}

ApiResult<Reply> add_or_update_metadata(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, domain::load_own(tx, call, Kind::model, get_string_or(call.body, "model", "")));
  if (get_bool_or(call.body, "replace_metadata", false)) model["metadata"] = json::object();
  if (const json::value* given = find(call.body, "metadata")) {
    for (const auto& [key, value] : metadata_object(*given))
      ensure_object(model, "metadata")[key] = value;
  }
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
  return json::object{{"updated", 1}};
}

ApiResult<Reply> delete_metadata(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object model, domain::load_own(tx, call, Kind::model, get_string_or(call.body, "model", "")));
  for (const std::string& key : get_strings(call.body, "keys"))
    ensure_object(model, "metadata").erase(key);
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
  return json::object{{"updated", 1}};
}

}  // namespace jarvis::server::models
