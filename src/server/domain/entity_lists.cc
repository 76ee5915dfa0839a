#include "server/domain/entity_lists.h"

#include <array>

#include "server/domain/task_versions.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

using Reference = ListTable::Reference;

constexpr std::array<std::string_view, 2> kTags{"tags", "system_tags"};
constexpr std::array<Reference, 2> kOwners{Reference{"user", store::Kind::user},
                                           Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 3> kProjectChoices{"id", "parent", "user"};
constexpr std::array<std::string_view, 2> kProjectDates{"created", "last_update"};
constexpr std::array<std::string_view, 9> kProjectOthers{"company_origin",
                                                         "own_tasks",
                                                         "own_models",
                                                         "name",
                                                         "basename",
                                                         "description",
                                                         "company",
                                                         "default_output_destination",
                                                         "path"};
constexpr std::array<std::string_view, 3> kProjectTexts{"name", "basename", "description"};
constexpr std::array<std::string_view, 3> kProjectFree{"stats", "sub_projects", "dataset_stats"};
constexpr std::array<Reference, 3> kProjectReferences{Reference{"parent", store::Kind::project},
                                                      Reference{"user", store::Kind::user},
                                                      Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 8> kModelChoices{"id",    "project",   "task", "user",
                                                        "ready", "framework", "uri",  "parent"};
constexpr std::array<std::string_view, 3> kModelDates{"created", "last_update", "last_change"};
constexpr std::array<std::string_view, 1> kModelNumbers{"last_iteration"};
constexpr std::array<std::string_view, 2> kModelTexts{"name", "comment"};
constexpr std::array<std::string_view, 5> kModelOthers{"name", "comment", "company", "company_origin",
                                                       "last_iteration"};
constexpr std::array<std::string_view, 5> kModelFree{"design", "labels", "ui_cache", "metadata", "last_metrics"};
constexpr std::array<Reference, 5> kModelReferences{
    Reference{"project", store::Kind::project}, Reference{"task", store::Kind::task},
    Reference{"parent", store::Kind::model}, Reference{"user", store::Kind::user},
    Reference{"company", store::Kind::company}};

constexpr std::array<std::string_view, 2> kUserChoices{"id", "role"};
constexpr std::array<std::string_view, 1> kUserDates{"created"};
constexpr std::array<std::string_view, 5> kUserOthers{"name", "given_name", "family_name", "company", "avatar"};
constexpr std::array<std::string_view, 1> kUserTexts{"name"};
constexpr std::array<std::string_view, 1> kUserFree{"preferences"};

}  // namespace

const ListTable kProjectLists{.choices = kProjectChoices,
                              .tags = kTags,
                              .dates = kProjectDates,
                              .numbers = {},
                              .texts = kProjectTexts,
                              .others = kProjectOthers,
                              .free = kProjectFree,
                              .lists = {},
                              .references = kProjectReferences,
                              .default_order = "name",
                              .hides = ListTable::Hides::hidden_projects};
const ListTable kModelLists{.choices = kModelChoices,
                            .tags = kTags,
                            .dates = kModelDates,
                            .numbers = kModelNumbers,
                            .texts = kModelTexts,
                            .others = kModelOthers,
                            .free = kModelFree,
                            .lists = {},
                            .references = kModelReferences,
                            .default_order = "-last_update",
                            .hides = ListTable::Hides::what_is_in_them};
const ListTable kUserLists{.choices = kUserChoices,
                           .tags = {},
                           .dates = kUserDates,
                           .numbers = {},
                           .texts = kUserTexts,
                           .others = kUserOthers,
                           .free = kUserFree,
                           .lists = {},
                           .references = std::span(kOwners).subspan(1),
                           .default_order = "name"};

ApiResult<json::object> list_reply(store::Transaction& tx, const Call& call, const ListTable& table, store::Kind kind,
                                   std::string_view key, References references) {
  TRY(const Call asked, with_asked_subprojects(tx, call));
  TRY(const ListRequest request, parse_list(asked, table));
  TRY(Found found, find_list(tx, kind, request));
  TRY(json::array list, shown(tx, table, request.projection, references, std::move(found.documents)));
  for (json::value& document : list)
    to_old_metadata(document.get_object(), call.version);
  json::object reply{{key, std::move(list)}};
  if (!found.scroll_id.empty()) reply["scroll_id"] = found.scroll_id;
  return reply;
}

}  // namespace jarvis::server::domain
