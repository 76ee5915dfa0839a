// Filters in SQLite's words: JSON1's functions over the document's text, jv_matches and jv_number of sqlite_functions.
#include <algorithm>

#include "server/store/query_dialect.h"
#include "server/store/words.h"

namespace jarvis::server::store {
namespace {

// SQLite's paths end a quoted key at the next quote and compare it with the document's escaped text.
bool is_plain(const std::string& key) {
  return !key.empty() && std::none_of(key.begin(), key.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::string json_path(const Path& path) {
  std::string out = "$";
  for (const std::string& key : path)
    out += ".\"" + key + "\"";
  return out;
}

class SqliteDialect final : public QueryDialect {
 public:
  using QueryDialect::QueryDialect;

  std::string truth(bool value) override { return value ? "1" : "0"; }

  // A leaf that uses no field must bind no path: SQLite counts parameters by their use.
  std::string one_of(const Filter& f) override {
    const Column* c = column(f.field);
    const std::string list = in_list(f.values, c);
    if (list.empty() && !has_null(f.values)) return "0";
    const std::string expression = field_beside(f.field, f.values);
    std::string out = list.empty() ? "" : sure(expression + list);
    if (!has_null(f.values)) return out;
    if (!out.empty()) out += " OR ";
    // A column has no other form of emptiness.
    out += expression + " IS NULL";
    if (c == nullptr) out += " OR " + expression + " IN ('', '[]')";
    return "(" + out + ")";
  }

  std::string list_has(const Filter& f) override {
    if (f.values.empty()) return "0";
    const std::string can_have = may_have(f);
    if (!can_have.empty() && is_decided_by_marks(f)) return sure(can_have);
    if (const WordField* words = words_of(f)) {
      const std::string has = has_word(*words, f);
      return can_have.empty() ? has : "(" + can_have + " AND " + has + ")";
    }
    const std::string items = "SELECT 1 FROM json_each(" + list_at(f.field) + ")";
    const std::string list = in_list(f.values);
    const std::string value = f.item.empty() || list.empty() ? "item.value" : item_value(f.item);
    std::string out = list.empty() ? "0" : "EXISTS (" + items + " AS item WHERE " + value + list + ")";
    if (has_null(f.values)) out += " OR NOT EXISTS (" + items + ")";
    return "(" + out + ")";
  }

  Result<std::string> matches(const Filter& f) override {
    const std::string ignores_case = f.ignore_case ? ", 1, " : ", 0, ";
    if (f.item.empty()) return "(jv_matches(" + place(f.pattern) + ignores_case + field(f.field) + "))";
    const std::string list = list_at(f.field);
    const std::string pattern = place(f.pattern);
    return "EXISTS (SELECT 1 FROM json_each(" + list + ") AS item WHERE jv_matches(" + pattern + ignores_case +
           item_value(f.item) + "))";
  }

  std::string range(const Filter& f) override {
    const auto is_set = [](const std::optional<json::value>& limit) { return limit && !limit->is_null(); };
    if (!is_set(f.from) && !is_set(f.to)) return "1";
    const Column* c = column(f.field);
    const auto is_other_type = [&](const std::optional<json::value>& limit) {
      return is_set(limit) && c != nullptr && limit->is_string() == c->is_number;
    };
    if (is_other_type(f.from) || is_other_type(f.to)) return "0";
    const std::string expression = field_beside(f.field, {f.from.value_or(nullptr), f.to.value_or(nullptr)});
    std::string out;
    const auto bound = [&](const std::optional<json::value>& limit, std::string_view comparison) {
      if (!is_set(limit)) return;
      if (!out.empty()) out += " AND ";
      // In SQLite every number sorts before every text: without the type check 5 < "abc" would hold.
      if (c == nullptr) {
        out += "typeof(" + expression + ")" + (limit->is_string() ? " = 'text'" : " IN ('integer', 'real')") + " AND ";
      }
      out += expression + std::string(comparison) + value(*limit);
    };
    bound(f.from, f.from_included ? " >= " : " > ");
    bound(f.to, f.to_included ? " <= " : " < ");
    return sure(out);
  }

  std::string exists(const Filter& f) override { return "(" + field_beside(f.field, {}) + " IS NOT NULL)"; }

  std::vector<OrderTerm> order(const Order& o) override {
    using Type = OrderTerm::Type;
    const Column* c = column(o.field);
    const std::string expression = field_beside(o.field, {});
    std::vector<OrderTerm> out;
    if (c == nullptr) out.push_back({"(" + expression + " IS NULL OR " + expression + " = '')", Type::flag, false});
    if (o.numeric) {
      const std::string number = "jv_number(" + expression + ")";
      out.push_back({"(" + number + " IS NULL)", Type::flag, false});
      out.push_back({number, Type::number, o.descending});
    }
    out.push_back({expression, c != nullptr && c->is_number ? Type::number : Type::text, o.descending});
    return out;
  }

  std::string_view no() const override { return "0"; }

  std::string key(const OrderTerm& term) override { return term.expression; }

  std::string key_value(const OrderTerm&, const json::value& v) override { return value(v); }

  std::string page(std::size_t limit, std::size_t offset) override {
    const std::string rows = place(limit == SIZE_MAX ? std::int64_t{-1} : static_cast<std::int64_t>(limit));
    return " LIMIT " + rows + " OFFSET " + place(static_cast<std::int64_t>(offset));
  }

 private:
  /// By the index of words: one look-up a word instead of a document a row.
  std::string has_word(const WordField& words, const Filter& f) {
    std::vector<json::value> texts;
    std::ranges::copy_if(f.values, std::back_inserter(texts), [](const json::value& v) { return v.is_string(); });
    const std::string list = in_list(texts);
    const std::string of_row = " AND words.id = " + std::string(table_.name) + ".id";
    const std::string having = rows_with_word(words) + " AND value" + list;
    std::string out = "0";
    if (!list.empty()) out = f.by_row ? "EXISTS (" + having + of_row + ")" : "id IN (" + having + ")";
    if (has_null(f.values)) out += " OR NOT EXISTS (" + rows_with_word(words) + of_row + ")";
    return "(" + out + ")";
  }

  /// The text under a key of an item that is an object.
  std::string item_value(const std::string& key) {
    return "(SELECT inside.value FROM json_each(CASE WHEN item.type = 'object' THEN item.value END) AS inside "
           "WHERE inside.key = " +
           place(key) + ")";
  }

  std::string place(std::variant<std::int64_t, double, std::string> parameter) {
    return "?" + out_.bind(std::move(parameter));
  }

  /// The field, for what compares or orders by it; where it can be, without the document.
  std::string field_beside(const Path& path, const std::vector<json::value>& values) {
    const auto fact = fact_beside(path, values);
    if (!fact) return field(path);
    const std::string item = fact->item ? ", " + std::to_string(*fact->item) : "";
    return "jv_fact(facts, " + place(fact->key) + item + ")";
  }

  std::string value_of_row(const std::string& key) override {
    if (const Column* c = column({key})) return of_row() + std::string(c->name);
    out_.uses_document = true;
    return "json_extract(" + of_document() + "doc, " + place(json_path({key})) + ")";
  }

  std::string field(const Path& path) {
    if (const Column* c = column(path)) return std::string(c->name);
    out_.uses_document = true;
    if (std::all_of(path.begin(), path.end(), is_plain)) return "json_extract(doc, " + place(json_path(path)) + ")";
    return walk(path, "value");
  }

  /// The field by keys that no JSON path can hold: one look-up a key, where json_each gives the key unescaped.
  std::string walk(const Path& path, std::string_view what) {
    std::string inside = "doc";
    for (std::size_t i = 0; i < path.size(); ++i) {
      const bool is_last = i + 1 == path.size();
      inside = "(SELECT " + std::string(is_last ? what : "value") + " FROM json_each(" + inside +
               ") WHERE key = " + place(path[i]) + (is_last ? "" : " AND type = 'object'") + " LIMIT 1)";
    }
    return inside;
  }

  /// The arguments of json_each that give the items of the list at `path`.
  std::string list_at(const Path& path) {
    out_.uses_document = true;
    if (std::all_of(path.begin(), path.end(), is_plain)) return "doc, " + place(json_path(path));
    return walk(path, "CASE WHEN type IN ('array', 'object') THEN value END");
  }

  std::string value(const json::value& v) {
    switch (v.kind()) {
      case json::kind::bool_:
        return place(std::int64_t{v.get_bool()});
      case json::kind::int64:
        return place(v.get_int64());
      case json::kind::uint64:
        return place(static_cast<std::int64_t>(v.get_uint64()));
      case json::kind::double_:
        return place(v.get_double());
      case json::kind::string:
        return place(std::string(v.get_string()));
      case json::kind::null:
      case json::kind::array:
      case json::kind::object:
        return place(json::serialize(v));
    }
    return "NULL";
  }

  /// " IN (...)" of the values that are not null; empty when there are none. Beside a column only values of its type
  /// count: its affinity would make '10' and 10 one.
  std::string in_list(const std::vector<json::value>& values, const Column* beside = nullptr) {
    json::array wanted;
    for (const json::value& v : values) {
      if (!v.is_null() && (beside == nullptr || v.is_string() != beside->is_number)) wanted.push_back(v);
    }
    if (wanted.empty()) return {};
    // One statement for any long list, and no bound on it.
    if (wanted.size() > 8) return " IN (SELECT value FROM json_each(" + place(to_text(wanted)) + "))";
    std::string out;
    for (const json::value& v : wanted)
      out += (out.empty() ? "" : ", ") + value(v);
    return " IN (" + out + ")";
  }
};

}  // namespace

std::unique_ptr<QueryDialect> sqlite_dialect(const Table& table, CompiledQuery& out) {
  return std::make_unique<SqliteDialect>(table, out);
}

}  // namespace jarvis::server::store
