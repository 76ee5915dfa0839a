#include "server/store/words.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace jarvis::server::store {
namespace {

constexpr std::array kTaskWords{WordField{"tags", "tags", "", ""}, WordField{"system_tags", "system_tags", "", ""},
                                WordField{"models.input", "models", "input", "model"},
                                WordField{"models.output", "models", "output", "model"}};
constexpr std::array kTagWords{WordField{"tags", "tags", "", ""}, WordField{"system_tags", "system_tags", "", ""}};

// The last one stands in no list: words_in() adds it.
constexpr std::array kProjectWords{WordField{"tags", "tags", "", ""}, WordField{"system_tags", "system_tags", "", ""},
                                   WordField{kHiddenField, kHiddenField, "", ""}};

using Words = std::set<std::pair<std::string, std::string>>;

const json::array* list_of(const json::object& document, const WordField& field) {
  if (field.second.empty()) return get_array(document, field.first);
  const json::object* inside = get_object(document, field.first);
  return inside == nullptr ? nullptr : get_array(*inside, field.second);
}

Words words_in(Kind kind, const json::object& document) {
  Words out;
  for (const WordField& field : word_fields(kind)) {
    const json::array* list = list_of(document, field);
    if (list == nullptr) continue;
    for (const json::value& item : *list) {
      const json::value* word = &item;
      if (!field.item.empty()) word = item.is_object() ? item.get_object().if_contains(field.item) : nullptr;
      if (word != nullptr && word->is_string() && !word->get_string().empty())
        out.emplace(field.name, word->get_string());
    }
  }
  if (kind == Kind::project &&
      (is_hidden_path(get_string_or(document, "name", "")) || out.contains({"system_tags", "hidden"}))) {
    out.emplace(kHiddenField, kIsHidden);
  }
  return out;
}

// So many rows of a word are fetched and sorted in the time in which a list's order finds a page among as many.
constexpr std::int64_t kFewRows = 2000;

const WordField* field_of(Kind kind, const Filter& filter) {
  const auto fields = word_fields(kind);
  const auto found = std::ranges::find_if(
      fields, [&](const WordField& field) { return field.item == filter.item && field.path() == filter.field; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

Result<Filter> with_lookups(Transaction& tx, Kind kind, const Filter& where) {
  Filter out = where;
  if (where.kind == Filter::Kind::all) {
    for (Filter& child : out.children) {
      TRY(child, with_lookups(tx, kind, child));
    }
  }
  const WordField* field = where.kind == Filter::Kind::list_has ? field_of(kind, where) : nullptr;
  if (field == nullptr) return out;
  std::int64_t rows = 0;
  for (const json::value& value : where.values) {
    if (!value.is_string() || rows >= kFewRows) continue;
    TRY(const Rows counted,
        tx.run("words_counted", {to_string(kind), field->name, std::string_view(value.get_string()), kFewRows}));
    rows += counted.front().integer(0);
  }
  out.by_row = rows >= kFewRows;
  return out;
}

Path WordField::path() const {
  Path out{std::string(first)};
  if (!second.empty()) out.emplace_back(second);
  return out;
}

std::span<const WordField> word_fields(Kind kind) {
  switch (kind) {
    case Kind::task:
      return kTaskWords;
    case Kind::project:
      return kProjectWords;
    case Kind::model:
      return kTagWords;
    case Kind::queue:
    case Kind::user:
    case Kind::company:
      return {};
  }
  return {};
}

bool is_hidden_path(std::string_view project_name) {
  const std::string path = "/" + std::string(project_name) + "/";
  return std::ranges::any_of(std::array{"/.datasets/", "/.pipelines/", "/.reports/"},
                             [&](const char* part) { return path.find(part) != std::string::npos; });
}

Status sync_words(Transaction& tx, Kind kind, const json::object& document) {
  if (word_fields(kind).empty()) return {};
  const std::string id = get_string_or(document, "id", "");
  const std::string_view name = to_string(kind);
  Words wanted = words_in(kind, document);
  TRY(const Rows rows, tx.run("words_of", {name, std::string_view(id)}));
  for (const Row& row : rows) {
    if (wanted.erase({row.text(0), row.text(1)}) > 0) continue;
    CHECK_OK(tx.run("word_remove",
                    {name, std::string_view(id), std::string_view(row.text(0)), std::string_view(row.text(1))}));
  }
  for (const auto& [field, value] : wanted)
    CHECK_OK(tx.run("word_add", {name, std::string_view(id), std::string_view(field), std::string_view(value)}));
  return {};
}

Status erase_words(Transaction& tx, Kind kind, std::string_view id) {
  if (word_fields(kind).empty()) return {};
  CHECK_OK(tx.run("words_remove", {to_string(kind), id}));
  return {};
}

}  // namespace jarvis::server::store
