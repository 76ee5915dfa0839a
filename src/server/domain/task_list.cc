#include "server/domain/task_list.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "base/limits.h"
#include "server/domain/list_filters.h"
#include "server/domain/paging.h"
#include "server/domain/project_tree.h"

namespace jarvis::server::domain {
namespace {

using store::Path;
using Name = std::string_view;
using Reference = ListTable::Reference;

constexpr std::array<Name, 2> kTags{"tags", "system_tags"};
constexpr std::array<Name, 7> kTaskChoices{"id", "status", "type", "project", "parent", "user", "last_worker"};
constexpr std::array<Name, 8> kTaskDates{"created",     "started",        "completed", "last_update",
                                         "last_change", "status_changed", "published", "last_worker_report"};
constexpr std::array<Name, 2> kTaskNumbers{"last_iteration", "active_duration"};
constexpr std::array<Name, 2> kTaskTexts{"name", "comment"};
constexpr std::array<Name, 14> kTaskOthers{
    "name",           "comment",        "company",         "company_origin",  "status_reason",
    "status_message", "last_iteration", "active_duration", "last_changed_by", "enqueue_status",
    "report",         "report_assets",  "void_epoch",      "times_lost"};
constexpr std::array<Name, 12> kTaskFree{"script",       "execution", "models",      "output",
                                         "container",    "runtime",   "hyperparams", "configuration",
                                         "last_metrics", "input",     "metadata",    "queue_place"};
constexpr std::array<Name, 3> kTaskItemLists{"models.input", "models.output", "execution.artifacts"};
constexpr std::array kTaskReferences{Reference{"user", store::Kind::user}, Reference{"company", store::Kind::company},
                                     Reference{"project", store::Kind::project},
                                     Reference{"parent", store::Kind::task}};

constexpr std::array<Name, 2> kQueueChoices{"id", "user"};
constexpr std::array<Name, 2> kQueueDates{"created", "last_update"};
constexpr std::array<Name, 1> kQueueTexts{"name"};
constexpr std::array<Name, 3> kQueueOthers{"name", "display_name", "company"};
constexpr std::array<Name, 3> kQueueFree{"metadata", "entries", "workers"};
constexpr std::array kQueueReferences{Reference{"user", store::Kind::user}, Reference{"company", store::Kind::company}};

/// Hyperparameters and metrics are text or numbers as their task wrote them: "2" comes before "11".
bool is_ordered_as_number(std::string_view name) {
  const std::string_view head = name.substr(0, name.find('.'));
  return head == "hyperparams" || head == "last_metrics" || head == "execution" || head == "metadata" ||
         head == "runtime";
}

ApiResult<std::vector<store::Order>> order_from(const json::object& body, const ListTable& table) {
  std::vector<std::string> names = get_strings(body, "order_by");
  if (names.empty()) names.emplace_back(table.default_order);
  std::vector<store::Order> out;
  for (std::string_view name : names) {
    const bool descending = name.starts_with('-');
    if (descending || name.starts_with('+')) name.remove_prefix(1);
    if (name == "@text_score") continue;  // every hit of a search is as good as the other
    if (!is_known(table, name)) return ApiError(api::invalid_fields, "order_by: " + std::string(name));
    out.push_back({.field = stored_path(name), .descending = descending, .numeric = is_ordered_as_number(name)});
  }
  return out;
}

ApiResult<Projection> projection_from(const json::object& body, const ListTable& table) {
  Projection out;
  bool is_everything = false;
  for (const std::string_view key : {"only_fields", "projection"}) {
    for (std::string_view name : get_strings(body, key)) {
      const bool is_excluded = name.starts_with('-');
      if (is_excluded) name.remove_prefix(1);
      if (name == "*") {
        is_everything = is_everything || !is_excluded;
        continue;
      }
      if (!is_known(table, name)) {
        if (key == "projection") continue;
        return ApiError(api::invalid_fields, "only_fields: " + std::string(name));
      }
      while (name.ends_with(".*"))
        name.remove_suffix(2);
      (is_excluded ? out.excluded : out.included).push_back(path_from(name));
    }
  }
  if (is_everything) {
    // All of the document; what stands below a reference is still asked for.
    std::erase_if(out.included, [&](const Path& path) {
      return path.size() == 1 ||
             std::ranges::find(table.references, path.front(), &Reference::field) == table.references.end();
    });
    out.takes_all = true;
  }
  return out;
}

std::size_t at_most(std::int64_t given, std::size_t cap) {
  return given <= 0 ? cap : std::min(static_cast<std::size_t>(given), cap);
}

/// Pages by number, or scrolls.
ApiResult<void> set_page(const json::object& body, ListRequest& out) {
  CHECK_OK(check_not_negative(body, {"page", "page_size", "size"}));
  const json::value* scroll = find(body, "scroll_id");
  if (scroll == nullptr && find(body, "size") == nullptr) {
    out.query.limit = at_most(get_int(body, "page_size").value_or(0), limits::page_size_max);
    const std::int64_t page = std::min<std::int64_t>(get_int(body, "page").value_or(0), 1'000'000'000);
    out.query.offset = static_cast<std::size_t>(page) * out.query.limit;
    return {};
  }
  out.query.limit = at_most(get_int(body, "size").value_or(0), limits::page_size_max);
  const auto given = Scroll::from_id(get_string_or(body, "scroll_id", ""), out.query.order);
  out.scroll = given.value_or(Scroll());
  if (get_bool_or(body, "refresh_scroll", false)) {
    // All that was sent so far, as it is now.
    out.query.limit = std::clamp(out.scroll->received, out.query.limit, limits::scroll_refresh_max);
    out.scroll = Scroll();
  }
  out.query.after = out.scroll->last;
  return {};
}

}  // namespace

const ListTable kTaskLists{.choices = kTaskChoices,
                           .tags = kTags,
                           .dates = kTaskDates,
                           .numbers = kTaskNumbers,
                           .texts = kTaskTexts,
                           .others = kTaskOthers,
                           .free = kTaskFree,
                           .lists = kTaskItemLists,
                           .references = kTaskReferences,
                           .default_order = "-last_update",
                           .hides = ListTable::Hides::what_is_in_them};
const ListTable kQueueLists{.choices = kQueueChoices,
                            .tags = kTags,
                            .dates = kQueueDates,
                            .numbers = {},
                            .texts = kQueueTexts,
                            .others = kQueueOthers,
                            .free = kQueueFree,
                            .lists = {},
                            .references = kQueueReferences,
                            .default_order = "-created",
                            .hides = ListTable::Hides::nothing_that_is_named};

ApiResult<ListRequest> parse_list(const Call& call, const ListTable& table) {
  ListRequest out;
  TRY(out.query.where, filter_from(call, table));
  TRY(out.query.order, order_from(call.body, table));
  TRY(out.projection, projection_from(call.body, table));
  CHECK_OK(set_page(call.body, out));
  return out;
}

Result<Found> find_list(store::Transaction& tx, store::Kind kind, const ListRequest& request, Reads reads) {
  Found out;
  store::Query query = request.query;
  if (reads == Reads::what_is_shown) query.fields = request.projection.fields();
  if (!request.scroll) {
    TRY(out.documents, store::find(tx, kind, query));
    return out;
  }
  TRY(store::Page page, store::find_page(tx, kind, query));
  Scroll next = *request.scroll;
  next.received += page.documents.size();
  if (!page.documents.empty()) next.last = std::move(page.last);
  out.scroll_id = next.id(request.query.order);
  out.documents = std::move(page.documents);
  return out;
}

namespace {

/// Turns one reference of all documents into objects, with the fields that are asked for below it.
ApiResult<void> resolve(store::Transaction& tx, const Reference& reference, const Projection& projection,
                        std::vector<json::object>& documents) {
  std::vector<std::string> fields;
  for (const Path& path : projection.included) {
    if (path.size() > 1 && path.front() == reference.field) fields.push_back(path[1]);
  }
  std::set<std::string> ids;
  for (const json::object& document : documents) {
    const auto id = get_string(document, reference.field);
    if (id && !id->empty()) ids.insert(*id);
  }
  if (fields.empty()) ids.clear();
  TRY(const auto targets,
      store::get_fields(tx, reference.kind, std::vector<std::string>(ids.begin(), ids.end()), fields));
  for (json::object& document : documents) {
    const auto id = get_string(document, reference.field);
    if (!id || id->empty()) continue;
    json::object object{{"id", *id}};
    if (const auto target = targets.find(*id); target != targets.end()) {
      for (const auto& [key, value] : target->second)
        object[key] = value;
    }
    document[reference.field] = std::move(object);
  }
  return {};
}

}  // namespace

ApiResult<json::array> shown(store::Transaction& tx, const ListTable& table, const Projection& projection,
                             References references, std::vector<json::object> documents) {
  if (references == References::objects) {
    for (const Reference& reference : table.references)
      CHECK_OK(resolve(tx, reference, projection, documents));
  }
  json::array list;
  list.reserve(documents.size());
  for (const json::object& document : documents) {
    json::object out = projection.apply(document);
    // Who asks for a project's name alone gets its id, too: a name without one is of no use.
    for (const Reference& reference : table.references) {
      json::value* part = out.if_contains(reference.field);
      const json::value* whole = part == nullptr ? nullptr : document.if_contains(reference.field);
      if (whole != nullptr && part->is_object() && whole->is_object() && whole->get_object().contains("id"))
        part->get_object()["id"] = whole->at("id");
    }
    list.emplace_back(std::move(out));
  }
  return list;
}

ApiResult<Call> with_asked_subprojects(store::Transaction& tx, const Call& call) {
  Call out = call;
  std::vector<std::string> projects = get_strings(call.body, "project");
  if (projects.empty() || !get_bool_or(call.body, "include_subprojects", false)) return out;
  const auto hidden = get_bool_or(call.body, "search_hidden", false) ? Hidden::included : Hidden::left_out;
  TRY(projects, with_subprojects(tx, std::move(projects), hidden));
  out.body["project"] = json::array(projects.begin(), projects.end());
  return out;
}

}  // namespace jarvis::server::domain
