#include "server/services/visibility.h"

#include <set>

#include "server/domain/entities.h"
#include "server/domain/task_document.h"

namespace jarvis::server::visibility {

using store::Kind;

template <Kind Of>
ApiResult<Reply> make_public(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t updated = 0;
  for (const std::string& id : get_strings(call.body, "ids")) {
    TRY(json::object entity, domain::load_own(tx, call, Of, id));
    entity["company_origin"] = entity.at("company");
    entity["company"] = "";
    CHECK_OK(domain::save_changed(tx, call, Of, entity, services.clock.wall()));
    ++updated;
  }
  return json::object{{"updated", updated}};
}

template <Kind Of>
ApiResult<Reply> make_private(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t updated = 0;
  for (const std::string& id : get_strings(call.body, "ids")) {
    TRY(json::object entity, domain::load_visible(tx, call, Of, id));
    if (!get_string_or(entity, "company", "").empty()) continue;  // it is
    if (get_string_or(entity, "company_origin", "") != call.identity.company.str()) return domain::no_such(Of, id);
    entity["company"] = call.identity.company.str();
    entity.stable_erase("company_origin");
    CHECK_OK(domain::save_changed(tx, call, Of, entity, services.clock.wall()));
    ++updated;
  }
  return json::object{{"updated", updated}};
}

template <Kind Of>
ApiResult<Reply> update_tags(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::array added, domain::checked_tags(call.body, "add_tags"));
  const std::vector<std::string> removed = get_strings(call.body, "remove_tags");
  std::int64_t updated = 0;
  for (const std::string& id : get_strings(call.body, "ids")) {
    TRY(json::object entity, domain::load_own(tx, call, Of, id));
    const std::vector<std::string> before = get_strings(entity, "tags");
    std::set<std::string> tags(before.begin(), before.end());
    for (const std::string& tag : removed)
      tags.erase(tag);
    for (const json::value& tag : added)
      tags.emplace(tag.get_string());
    entity["tags"] = json::array(tags.begin(), tags.end());
    CHECK_OK(domain::save_changed(tx, call, Of, entity, services.clock.wall()));
    ++updated;
  }
  return json::object{{"updated", updated}};
}

#define JV_FOR_KIND(kind)                                                                    \
  template ApiResult<Reply> make_public<kind>(Services&, store::Transaction&, const Call&);  \
  template ApiResult<Reply> make_private<kind>(Services&, store::Transaction&, const Call&); \
  template ApiResult<Reply> update_tags<kind>(Services&, store::Transaction&, const Call&)
JV_FOR_KIND(Kind::task);
JV_FOR_KIND(Kind::project);
JV_FOR_KIND(Kind::model);
#undef JV_FOR_KIND

}  // namespace jarvis::server::visibility
