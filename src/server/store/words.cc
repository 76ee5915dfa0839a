#include "server/store/words.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "base/digest.h"

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

}  // namespace

namespace {

std::int64_t own_mark(std::string_view system_tag) {
  if (system_tag == "archived") return 1;
  if (system_tag == "hidden") return 2;
  if (system_tag == "k8s-glue") return 4;
  return 0;
}

// Bits 8 to 61: what is stored stays readable when others get bits of their own.
std::int64_t shared_mark(std::string_view tag) {
  return std::int64_t{1} << (8 + quick_hash(tag) % 54);
}

}  // namespace

std::int64_t marks_of(const json::object& document) {
  std::int64_t out = 0;
  for (const std::string& tag : get_strings(document, "system_tags"))
    out |= own_mark(tag);
  for (const std::string& tag : get_strings(document, "tags"))
    out |= shared_mark(tag);
  return out;
}

std::int64_t marks_of(const Filter& list_has) {
  const bool of_tags = list_has.field == Path{"tags"};
  if (!of_tags && list_has.field != Path{"system_tags"}) return 0;
  std::int64_t out = 0;
  for (const json::value& value : list_has.values) {
    if (!value.is_string()) return 0;
    const std::string_view tag = value.get_string();
    const std::int64_t mark = of_tags ? shared_mark(tag) : own_mark(tag);
    if (mark == 0) return 0;
    out |= mark;
  }
  return out;
}

bool is_decided_by_marks(const Filter& list_has) {
  return list_has.field == Path{"system_tags"} && marks_of(list_has) != 0;
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
