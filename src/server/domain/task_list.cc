#include "server/domain/task_list.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"
#include "server/domain/task_conditions.h"

namespace jarvis::server::domain {
namespace {

using store::Filter;
using store::Path;
namespace filter = store::filter;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 7> kTaskChoices{"id",     "status", "type",       "project",
                                                       "parent", "user",   "last_worker"};
constexpr std::array<std::string_view, 2> kTags{"tags", "system_tags"};
constexpr std::array<std::string_view, 8> kTaskDates{"created",     "started",           "completed",
                                                     "last_update", "last_change",       "status_changed",
                                                     "published",   "last_worker_report"};
constexpr std::array<std::string_view, 9> kTaskOthers{
    "name",           "comment",         "company",         "status_reason", "status_message",
    "last_iteration", "active_duration", "last_changed_by", "enqueue_status"};
constexpr std::array<std::string_view, 11> kTaskFree{"script",       "execution", "models",      "output",
                                                     "container",    "runtime",   "hyperparams", "configuration",
                                                     "last_metrics", "input",     "metadata"};
constexpr std::array<ListTable::Reference, 4> kTaskReferences{{{"user", store::Kind::user},
                                                               {"company", store::Kind::company},
                                                               {"project", store::Kind::project},
                                                               {"parent", store::Kind::task}}};
constexpr std::array<std::string_view, 2> kQueueChoices{"id", "user"};
constexpr std::array<std::string_view, 2> kQueueDates{"created", "last_update"};
constexpr std::array<std::string_view, 3> kQueueOthers{"name", "display_name", "company"};
constexpr std::array<std::string_view, 3> kQueueFree{"metadata", "entries", "workers"};
constexpr std::array<ListTable::Reference, 2> kQueueReferences{
    {{"user", store::Kind::user}, {"company", store::Kind::company}}};

bool has(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view head_of(std::string_view dotted) {
  return dotted.substr(0, dotted.find('.'));
}

bool is_known(const ListTable& table, std::string_view dotted) {
  const std::string_view head = head_of(dotted);
  return has(table.choices, head) || has(table.tags, head) || has(table.dates, head) || has(table.others, head) ||
         has(table.free, head);
}

/// Where clients of older shapes and the tables of the web point with a shorter name.
Path stored_path(std::string_view dotted) {
  Path path = path_from(dotted);
  if (path.size() > 2 && path[0] == "execution" && path[1] == "parameters") {
    std::string name = path[2];
    for (std::size_t i = 3; i < path.size(); ++i)
      name += "." + path[i];
    return {"hyperparams", "Args", name, "value"};
  }
  if (path.size() == 3 && path[0] == "hyperparams") path.emplace_back("value");
  return path;
}

/// The regular expression that finds just this text.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

ApiResult<void> add_text_filters(const json::object& body, std::vector<Filter>& parts) {
  for (const std::string_view key : {"name", "comment"}) {
    const auto pattern = get_string(body, key);
    if (pattern && !pattern->empty()) parts.push_back(filter::matches({std::string(key)}, *pattern));
  }
  if (const auto text = get_string(body, "search_text"); text && !text->empty()) {
    const std::string pattern = literal(*text);
    parts.push_back(filter::any({filter::matches({"name"}, pattern, true), filter::matches({"id"}, pattern, true),
                                 filter::matches({"comment"}, pattern, true)}));
  }
  for (const std::string_view key : {"_any_", "_all_"}) {
    const json::object* given = get_object(body, key);
    if (given == nullptr) continue;
    std::vector<Filter> fields;
    for (const std::string& field : get_strings(*given, "fields")) {
      if (const json::value* date = find(*given, "datetime")) {
        TRY(Filter condition, date_condition(path_from(field), *date));
        fields.push_back(std::move(condition));
      } else if (const auto pattern = get_string(*given, "pattern")) {
        fields.push_back(filter::matches(stored_path(field), *pattern, true));
      }
    }
    if (!fields.empty())
      parts.push_back(key == "_any_" ? filter::any(std::move(fields)) : filter::all(std::move(fields)));
  }
  return {};
}

ApiResult<void> add_field_filter(const ListTable& table, std::string_view key, const json::value& wanted,
                                 std::vector<Filter>& parts) {
  const Path field = stored_path(key);
  if (wanted.is_array() && wanted.get_array().empty()) return {};
  if (has(table.dates, key)) {
    TRY(Filter condition, date_condition(field, wanted));
    parts.push_back(std::move(condition));
  } else if (has(table.tags, key)) {
    parts.push_back(choice_condition(field, wanted, Holds::list));
  } else if (has(table.choices, key) || (key.find('.') != std::string_view::npos && is_known(table, key))) {
    parts.push_back(choice_condition(field, wanted, Holds::one_value));
  }
  return {};
}

/// Whoever names a hidden thing knows of it; whoever names its project means what is in there.
void add_hiding(const json::object& body, const ListTable& table, std::vector<Filter>& parts) {
  const bool is_named =
      !get_strings(body, "id").empty() || (&table == &kQueueLists && !get_string_or(body, "name", "").empty());
  if (is_named || get_bool_or(body, "search_hidden", false)) return;
  parts.push_back(filter::negate(filter::list_has({"system_tags"}, {json::value("hidden"), json::value("k8s-glue")})));
  if (table.hides == ListTable::Hides::hidden_projects)
    parts.push_back(filter::negate(filter::list_has({"hidden"}, {"yes"})));
  if (table.hides == ListTable::Hides::what_is_in_them && get_strings(body, "project").empty())
    parts.push_back(filter::negate({.kind = Filter::Kind::in_hidden_project}));
}

ApiResult<Filter> where_from(const Call& call, const ListTable& table) {
  const json::object& body = call.body;
  std::vector<Filter> parts;
  std::vector<json::value> companies{json::value(call.identity.company.str())};
  if (get_bool_or(body, "allow_public", true)) companies.emplace_back(nullptr);
  parts.push_back(filter::one_of({"company"}, std::move(companies)));
  for (const auto& [key, wanted] : body) {
    if (wanted.is_null()) continue;
    CHECK_OK(add_field_filter(table, key, wanted, parts));
  }
  if (const json::object* sets = get_object(body, "filters")) {
    for (const auto& [key, wanted] : *sets) {
      TRY(Filter condition,
          set_condition(stored_path(key), wanted, has(table.tags, key) ? Holds::list : Holds::one_value));
      parts.push_back(std::move(condition));
    }
  }
  CHECK_OK(add_text_filters(body, parts));
  add_hiding(body, table, parts);
  return filter::all(std::move(parts));
}

ApiResult<std::vector<store::Order>> order_from(const json::object& body, const ListTable& table) {
  std::vector<std::string> names = get_strings(body, "order_by");
  if (names.empty()) names.emplace_back(table.default_order);
  std::vector<store::Order> out;
  for (std::string_view name : names) {
    const bool descending = name.starts_with('-');
    if (descending) name.remove_prefix(1);
    if (!is_known(table, name)) return ApiError(api::invalid_fields, "order_by: " + std::string(name));
    const std::string_view head = head_of(name);
    const bool is_number = head == "hyperparams" || head == "last_metrics" || head == "execution";
    out.push_back({.field = stored_path(name), .descending = descending, .numeric = is_number});
  }
  return out;
}

ApiResult<Projection> projection_from(const json::object& body, const ListTable& table) {
  Projection out;
  for (const std::string_view key : {"only_fields", "projection"}) {
    for (std::string_view name : get_strings(body, key)) {
      const bool is_excluded = name.starts_with('-');
      if (is_excluded) name.remove_prefix(1);
      if (name == "*") continue;
      if (!is_known(table, name)) {
        if (key == "projection") continue;
        return ApiError(api::invalid_fields, "only_fields: " + std::string(name));
      }
      if (name.ends_with(".*")) name.remove_suffix(2);
      (is_excluded ? out.excluded : out.included).push_back(path_from(name));
    }
  }
  return out;
}

/// Pages by number, or scrolls: a scroll id says where the next page begins.
void set_page(const json::object& body, ListRequest& out) {
  const auto at_most = [](std::int64_t given) {
    const auto cap = static_cast<std::int64_t>(limits::page_size_max);
    return static_cast<std::size_t>(given <= 0 ? cap : std::min(given, cap));
  };
  const json::value* scroll = find(body, "scroll_id");
  if (scroll != nullptr || find(body, "size") != nullptr) {
    out.query.limit = at_most(get_int(body, "size").value_or(0));
    const bool restarts = get_bool_or(body, "refresh_scroll", false);
    if (const auto id = get_string(body, "scroll_id"); id && !restarts) {
      std::from_chars(id->data(), id->data() + id->size(), out.query.offset);
    }
    out.scroll_id = std::to_string(out.query.offset + out.query.limit);
    return;
  }
  out.query.limit = at_most(get_int(body, "page_size").value_or(0));
  const std::int64_t page = std::clamp<std::int64_t>(get_int(body, "page").value_or(0), 0, 1'000'000'000);
  out.query.offset = static_cast<std::size_t>(page) * out.query.limit;
}

void copy_path(const json::value& from, std::span<const std::string> path, json::value& to) {
  if (path.empty()) {
    to = from;
  } else if (from.is_array()) {
    if (!to.is_array()) to = json::array(from.get_array().size(), json::object());
    for (std::size_t i = 0; i < from.get_array().size(); ++i)
      copy_path(from.get_array()[i], path, to.get_array()[i]);
  } else if (from.is_object()) {
    if (!to.is_object()) to = json::object();
    const json::value* inner = from.get_object().if_contains(path.front());
    if (inner != nullptr) copy_path(*inner, path.subspan(1), to.get_object()[path.front()]);
  }
}

void erase_path(json::value& in, std::span<const std::string> path) {
  if (in.is_array()) {
    for (json::value& item : in.get_array())
      erase_path(item, path);
  } else if (in.is_object()) {
    json::value* inner = in.get_object().if_contains(path.front());
    if (inner == nullptr) return;
    if (path.size() == 1) {
      in.get_object().stable_erase(path.front());
    } else {
      erase_path(*inner, path.subspan(1));
    }
  }
}

}  // namespace

const ListTable kTaskLists{kTaskChoices, kTags,           kTaskDates,     kTaskOthers,
                           kTaskFree,    kTaskReferences, "-last_update", ListTable::Hides::what_is_in_them};
const ListTable kQueueLists{kQueueChoices, kTags, kQueueDates, kQueueOthers, kQueueFree, kQueueReferences, "-created"};

Path path_from(std::string_view dotted) {
  Path path;
  for (std::size_t from = 0; from <= dotted.size();) {
    const std::size_t end = std::min(dotted.find('.', from), dotted.size());
    std::string part(dotted.substr(from, end - from));
    for (std::size_t at = 0; (at = part.find("%2E", at)) != std::string::npos; ++at)
      part.replace(at, 3, ".");
    path.push_back(std::move(part));
    from = end + 1;
  }
  return path;
}

json::object Projection::apply(const json::object& document) const {
  if (is_all()) return document;
  json::value out = included.empty() ? json::value(document) : json::value(json::object());
  for (const Path& path : included) {
    const json::value* top = document.if_contains(path.front());
    if (top != nullptr) copy_path(*top, std::span(path).subspan(1), out.get_object()[path.front()]);
  }
  for (const Path& path : excluded)
    erase_path(out, path);
  if (const json::value* id = document.if_contains("id")) out.get_object()["id"] = *id;
  return std::move(out.get_object());
}

ApiResult<ListRequest> parse_list(const Call& call, const ListTable& table) {
  ListRequest out;
  TRY(out.query.where, where_from(call, table));
  TRY(out.query.order, order_from(call.body, table));
  TRY(out.projection, projection_from(call.body, table));
  set_page(call.body, out);
  return out;
}

ApiResult<void> expand(store::Transaction& tx, const ListTable& table, const Projection& projection,
                       json::object& document) {
  for (const ListTable::Reference& reference : table.references) {
    const auto id = get_string(document, reference.field);
    if (!id || id->empty()) continue;
    json::object object{{"id", *id}};
    const auto wants_more = [&](const Path& path) { return path.size() > 1 && path.front() == reference.field; };
    if (std::any_of(projection.included.begin(), projection.included.end(), wants_more)) {
      TRY(const auto target, store::get(tx, reference.kind, *id));
      for (const Path& path : projection.included) {
        const json::value* value = target && wants_more(path) ? target->if_contains(path[1]) : nullptr;
        if (value != nullptr) object[path[1]] = *value;
      }
    }
    document[reference.field] = std::move(object);
  }
  return {};
}

}  // namespace jarvis::server::domain
