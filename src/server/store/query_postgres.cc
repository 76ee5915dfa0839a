// Filters in PostgreSQL's words: jsonb operators over the column `tree` (the document's text, parsed), the functions
// of migration 0001. Text compares by bytes, as in SQLite: columns are made with COLLATE "C", the rest says so.
#include "server/store/query_dialect.h"
#include "server/store/regex_postgres.h"
#include "server/store/words.h"

namespace jarvis::server::store {
namespace {

/// An array's text form, every item quoted: one parameter for any number of values.
class ArrayText {
 public:
  void add(std::string_view item) {
    text_ += text_.empty() ? "\"" : ",\"";
    for (const char c : item) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  bool is_empty() const { return text_.empty(); }
  std::string str() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

/// A value as jsonb text. U+0000, which no text of PostgreSQL holds, is stored as U+FFFD there (see jv_tree).
std::string jsonb(const json::value& value) {
  if (value.is_string() && value.get_string().find('\0') != json::string::npos) {
    std::string text;
    for (const char c : std::string_view(value.get_string()))
      text += c == '\0' ? std::string("\xEF\xBF\xBD") : std::string(1, c);
    return json::serialize(json::value(text));
  }
  return json::serialize(value);
}

/// SQLite's JSON knows true and false as 1 and 0 only: whoever asks for one finds the other here too.
std::optional<std::string> twin(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  if (value.is_int64() && value.get_int64() == 0) return "false";
  if (value.is_int64() && value.get_int64() == 1) return "true";
  return std::nullopt;
}

class PostgresDialect final : public QueryDialect {
 public:
  using QueryDialect::QueryDialect;

  std::string truth(bool value) override { return value ? "true" : "false"; }

  std::string one_of(const Filter& f) override {
    if (const Column* c = column(f.field)) return column_one_of(*c, f.values);
    ArrayText wanted;
    for (const json::value& value : f.values) {
      if (value.is_null()) continue;
      wanted.add(jsonb(value));
      if (const auto other = twin(value)) wanted.add(*other);
    }
    if (wanted.is_empty() && !has_null(f.values)) return "false";
    const std::string at = tree_beside(f.field, f.values);
    std::string out = "false";
    if (!wanted.is_empty()) out = sure(at + " = ANY (" + place(wanted.str(), "jsonb[]") + ")");
    if (has_null(f.values)) out += " OR " + is_empty(at);
    return "(" + out + ")";
  }

  std::string list_has(const Filter& f) override {
    if (f.values.empty()) return "false";
    const std::string can_have = may_have(f);
    if (!can_have.empty() && is_decided_by_marks(f)) return sure(can_have);
    if (const WordField* words = words_of(f)) {
      const std::string has = has_word(*words, f);
      return can_have.empty() ? has : "(" + can_have + " AND " + has + ")";
    }
    if (!f.item.empty()) return list_of_objects_has(f);
    // An array contains ("@>") a plain value that is among its items.
    std::string out = "false";
    const std::string at = tree_at(f.field);
    for (const json::value& value : f.values) {
      if (value.is_null()) {
        out += " OR " + at + " IS NULL OR " + at + " IN ('null', '[]')";
      } else {
        out += " OR coalesce(" + at + " @> " + place(jsonb(value), "jsonb") + ", false)";
      }
    }
    return "(" + out + ")";
  }

  Result<std::string> matches(const Filter& f) override {
    TRY(const std::string pattern, regex_for_postgres(f.pattern, f.ignore_case));
    if (!f.item.empty()) {
      const std::string items = items_of(f.field);
      const std::string text = item_text(f.item);
      return "EXISTS (SELECT 1 FROM " + items + " WHERE coalesce(" + text + " ~ " + place(pattern, "text") +
             ", false))";
    }
    const Column* c = column(f.field);
    if (c != nullptr && c->is_number) return "false";
    return "coalesce(" + text_at(f.field) + " ~ " + place(pattern, "text") + ", false)";
  }

  std::string range(const Filter& f) override {
    std::string out = "true";
    const auto bound = [&](const std::optional<json::value>& limit, std::string_view comparison) {
      if (limit && !limit->is_null()) out += " AND " + compare(f.field, comparison, *limit);
    };
    bound(f.from, f.from_included ? " >= " : " > ");
    bound(f.to, f.to_included ? " <= " : " < ");
    return sure(out);
  }

  std::string exists(const Filter& f) override {
    if (const Column* c = column(f.field)) return "(" + quoted(*c) + " IS NOT NULL)";
    return "coalesce(" + tree_beside(f.field, {}) + " <> 'null', false)";
  }

  std::vector<OrderTerm> order(const Order& o) override {
    using Type = OrderTerm::Type;
    std::vector<OrderTerm> out;
    const auto add_number = [&](const std::string& number) {
      out.push_back({"(" + number + " IS NULL)", Type::flag, false});
      out.push_back({number, Type::number, o.descending});
    };
    if (const Column* c = column(o.field)) {
      const std::string name = quoted(*c);
      if (o.numeric && !c->is_number) add_number("jv_number(" + name + ")");
      // What the index on names holds: equal beginnings are few, and sorted on the way.
      if (c->name == "name") out.push_back({"left(" + name + ", 256)", Type::text, o.descending});
      out.push_back({name, c->is_number ? Type::number : Type::text, o.descending});
      return out;
    }
    const std::string at = tree_beside(o.field, {});
    out.push_back({"coalesce(" + at + " IN ('null', '\"\"'), true)", Type::flag, false});
    if (o.numeric) add_number("jv_number(" + text_of(at) + ")");
    // Numbers come before text, whatever its letters.
    out.push_back({"(jv_plain_number(" + at + ") IS NULL)", Type::flag, o.descending});
    out.push_back({"jv_plain_number(" + at + ")", Type::number, o.descending});
    out.push_back({text_of(at), Type::text, o.descending});
    return out;
  }

  std::string_view no() const override { return "false"; }

  std::string key(const OrderTerm& term) override {
    switch (term.type) {
      case OrderTerm::Type::text:
        return term.expression;
      case OrderTerm::Type::number:
        return "(" + term.expression + ")::float8";
      case OrderTerm::Type::flag:
        return "(" + term.expression + ")::int::bigint";
    }
    return term.expression;
  }

  std::string key_value(const OrderTerm& term, const json::value& v) override {
    if (term.type == OrderTerm::Type::text) {
      return place(v.is_string() ? std::string(v.get_string()) : json::serialize(v), "text") + " COLLATE \"C\"";
    }
    return place(v.is_number() ? v.to_number<double>() : 0.0, "float8");
  }

  std::string page(std::size_t limit, std::size_t offset) override {
    std::string out;
    if (limit != SIZE_MAX) out = " LIMIT " + place(static_cast<std::int64_t>(limit), "bigint");
    return out + " OFFSET " + place(static_cast<std::int64_t>(offset), "bigint");
  }

 private:
  /// By the index of words.
  std::string has_word(const WordField& words, const Filter& f) {
    ArrayText wanted;
    for (const json::value& v : f.values) {
      if (v.is_string()) wanted.add(v.get_string());
    }
    const std::string of_row = " AND words.id = " + std::string(table_.name) + ".id";
    std::string out = "false";
    if (!wanted.is_empty()) {
      const std::string having = rows_with_word(words) + " AND value = ANY (" + place(wanted.str(), "text[]") + ")";
      out = f.by_row ? "EXISTS (" + having + of_row + ")" : "id IN (" + having + ")";
    }
    if (has_null(f.values)) out += " OR NOT EXISTS (" + rows_with_word(words) + of_row + ")";
    return "(" + out + ")";
  }

  std::string list_of_objects_has(const Filter& f) {
    std::string out = "false";
    for (const json::value& v : f.values) {
      const std::string at = tree_at(f.field);
      out += v.is_null() ? " OR " + at + " IS NULL OR " + at + " IN ('null', '[]')"
                         : " OR coalesce(" + at + " @> " +
                               place(json::serialize(json::array{json::object{{f.item, v}}}), "jsonb") + ", false)";
    }
    return "(" + out + ")";
  }

  /// The list at `path` as rows "item(value)"; none when it is no list.
  std::string items_of(const Path& path) {
    const std::string at = tree_at(path);
    return "jsonb_array_elements(CASE WHEN jsonb_typeof(" + at + ") = 'array' THEN " + at +
           " ELSE '[]' END) AS item(value)";
  }
  /// The text under a key of an item; NULL when it is none.
  std::string item_text(const std::string& key) {
    const std::string at = "(item.value -> " + place(key, "text") + ")";
    return "(CASE WHEN jsonb_typeof(" + at + ") = 'string' THEN " + text_of(at) + " END)";
  }

  std::string place(std::variant<std::int64_t, double, std::string> parameter, const std::string& type) {
    return "$" + out_.bind(std::move(parameter)) + "::" + type;
  }
  // "user" is a word of SQL's own.
  static std::string quoted(const Column& c) { return "\"" + std::string(c.name) + "\""; }

  std::string value_of_row(const std::string& key) override {
    if (const Column* c = column({key})) return of_row() + quoted(*c);
    out_.uses_document = true;
    return "(" + of_document() + "tree ->> " + place(key, "text") + ")";
  }

  /// The field as jsonb. Keys are looked up one by one: "#>" would take a number for a place in an array.
  std::string tree_at(const Path& path) {
    out_.uses_document = true;
    std::string out = "tree";
    for (const std::string& key : path)
      out += " -> " + place(key, "text");
    return "(" + out + ")";
  }
  /// The same for what compares or orders by it; where it can be, without the document.
  std::string tree_beside(const Path& path, const std::vector<json::value>& values) {
    const auto fact = fact_beside(path, values);
    if (!fact) return tree_at(path);
    const std::string item = fact->item ? " -> " + std::to_string(*fact->item) : "";
    return "(facts -> " + place(fact->key, "text") + item + ")";
  }
  static std::string text_of(const std::string& at) { return "((" + at + " #>> '{}') COLLATE \"C\")"; }
  static std::string is_empty(const std::string& at) { return at + " IS NULL OR " + at + " IN ('null', '\"\"', '[]')"; }
  /// The field as text; NULL when it is none.
  std::string text_at(const Path& path) {
    if (const Column* c = column(path)) return quoted(*c);
    return text_in(tree_at(path));
  }
  static std::string text_in(const std::string& at) {
    return "(CASE WHEN jsonb_typeof(" + at + ") = 'string' THEN " + text_of(at) + " END)";
  }

  std::string column_one_of(const Column& c, const std::vector<json::value>& values) {
    ArrayText wanted;
    for (const json::value& value : values) {
      if (value.is_null() || value.is_string() == c.is_number) continue;
      if (c.is_number && value.is_bool()) {
        wanted.add(value.get_bool() ? "1" : "0");
      } else if (c.is_number) {
        if (value.is_number()) wanted.add(json::serialize(value));
      } else {
        wanted.add(value.is_string() ? std::string_view(value.get_string()) : json::serialize(value));
      }
    }
    std::string out = "false";
    const std::string name = quoted(c);
    if (!wanted.is_empty()) {
      out = sure(name + " = ANY (" + place(wanted.str(), c.is_number ? "numeric[]" : "text[]") + ")");
    }
    if (has_null(values)) out += " OR " + name + " IS NULL";
    return "(" + out + ")";
  }

  std::string compare(const Path& path, std::string_view comparison, const json::value& limit) {
    if (const Column* c = column(path)) {
      if (limit.is_string() == c->is_number) return "false";
      const std::string type = c->is_number ? "numeric" : "text";
      const std::string text = limit.is_string() ? std::string(limit.get_string()) : jsonb(limit);
      return quoted(*c) + std::string(comparison) + place(text, "text::" + type);
    }
    // A key that is bound and not used has no type, and PostgreSQL refuses it.
    const std::string at = tree_beside(path, {limit});
    if (limit.is_string()) {
      return text_in(at) + std::string(comparison) + place(std::string(limit.get_string()), "text");
    }
    return "jsonb_typeof(" + at + ") = 'number' AND " + at + std::string(comparison) + place(jsonb(limit), "jsonb");
  }
};

}  // namespace

std::unique_ptr<QueryDialect> postgres_dialect(const Table& table, CompiledQuery& out) {
  return std::make_unique<PostgresDialect>(table, out);
}

}  // namespace jarvis::server::store
