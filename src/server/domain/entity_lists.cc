#include "server/domain/entity_lists.h"

#include <array>

#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

using Reference = ListTable::Reference;

constexpr std::array<std::string_view, 2> kTags{"tags", "system_tags"};
constexpr std::array<Reference, 2> kOwners{Reference{"user", store::Kind::user},
                                           Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 3> kProjectChoices{"id", "parent", "user"};
constexpr std::array<std::string_view, 2> kProjectDates{"created", "last_update"};
constexpr std::array<std::string_view, 6> kProjectOthers{
    "name", "basename", "description", "company", "default_output_destination", "path"};
constexpr std::array<std::string_view, 3> kProjectFree{"stats", "sub_projects", "featured"};
constexpr std::array<Reference, 3> kProjectReferences{Reference{"parent", store::Kind::project},
                                                      Reference{"user", store::Kind::user},
                                                      Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 8> kModelChoices{"id",    "project",   "task", "user",
                                                        "ready", "framework", "uri",  "parent"};
constexpr std::array<std::string_view, 3> kModelDates{"created", "last_update", "last_change"};
constexpr std::array<std::string_view, 4> kModelOthers{"name", "comment", "company", "last_iteration"};
constexpr std::array<std::string_view, 5> kModelFree{"design", "labels", "ui_cache", "metadata", "last_metrics"};
constexpr std::array<Reference, 5> kModelReferences{
    Reference{"project", store::Kind::project}, Reference{"task", store::Kind::task},
    Reference{"parent", store::Kind::model}, Reference{"user", store::Kind::user},
    Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 2> kUserChoices{"id", "role"};
constexpr std::array<std::string_view, 1> kUserDates{"created"};
constexpr std::array<std::string_view, 5> kUserOthers{"name", "given_name", "family_name", "company", "avatar"};
constexpr std::array<std::string_view, 1> kUserFree{"preferences"};

}  // namespace

const ListTable kProjectLists{kProjectChoices, kTags,
                              kProjectDates,   kProjectOthers,
                              kProjectFree,    kProjectReferences,
                              "name",          ListTable::Hides::hidden_projects};
const ListTable kModelLists{kModelChoices,  kTags,
                            kModelDates,    kModelOthers,
                            kModelFree,     kModelReferences,
                            "-last_update", ListTable::Hides::what_is_in_them};
const ListTable kUserLists{kUserChoices, {}, kUserDates, kUserOthers, kUserFree, std::span(kOwners).subspan(1), "name"};

ApiResult<json::object> list_reply(store::Transaction& tx, const Call& call, const ListTable& table, store::Kind kind,
                                   std::string_view key, References references) {
  TRY(const ListRequest request, parse_list(call, table));
  TRY(auto found, store::find(tx, kind, request.query));
  json::array list;
  list.reserve(found.size());
  for (json::object& document : found) {
    if (references == References::objects) CHECK_OK(expand(tx, table, request.projection, document));
    list.emplace_back(request.projection.apply(document));
  }
  json::object reply{{key, std::move(list)}};
  if (!request.scroll_id.empty()) reply["scroll_id"] = request.scroll_id;
  return reply;
}

}  // namespace jarvis::server::domain
