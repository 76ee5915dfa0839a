#include "server/store/query_sql.h"

#include <algorithm>

namespace jarvis::server::store {

std::vector<Param> CompiledQuery::params() const {
  std::vector<Param> out;
  for (const auto& value : values_) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      out.emplace_back(std::string_view(*text));
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.emplace_back(*integer);
    } else {
      out.emplace_back(std::get<double>(value));
    }
  }
  return out;
}

std::string CompiledQuery::bind(std::variant<std::int64_t, double, std::string> value) {
  values_.push_back(std::move(value));
  return "?" + std::to_string(values_.size());
}

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

class Compiler {
 public:
  Compiler(const Table& table, CompiledQuery& out) : table_(table), out_(out) {}

  std::string filter(const Filter& f) {
    switch (f.kind) {
      case Filter::Kind::all:
        return join(f.children, " AND ", "1");
      case Filter::Kind::any:
        return join(f.children, " OR ", "0");
      case Filter::Kind::negate:
        return "NOT " + filter(f.children.front());
      case Filter::Kind::one_of:
        return one_of(f);
      case Filter::Kind::list_has:
        return list_has(f);
      case Filter::Kind::matches:
        return matches(f);
      case Filter::Kind::range:
        return range(f);
      case Filter::Kind::exists:
        return "(" + field(f.field) + " IS NOT NULL)";
    }
    return "0";
  }

  std::string order(const std::vector<Order>& orders) {
    std::string out;
    for (const Order& o : orders) {
      const std::string expression = field(o.field);
      const std::string direction = o.descending ? " DESC NULLS LAST, " : " ASC NULLS LAST, ";
      if (!is_column(o.field)) out += "(" + expression + " IS NULL OR " + expression + " = ''), ";
      if (o.numeric) out += "(jv_number(" + expression + ") IS NULL), jv_number(" + expression + ")" + direction;
      out += expression + direction;
    }
    return out + "id";
  }

 private:
  const Column* column(const Path& path) const {
    if (path.size() != 1) return nullptr;
    const auto found = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const Column& c) { return c.name == path.front(); });
    return found == table_.columns.end() ? nullptr : &*found;
  }
  bool is_column(const Path& path) const { return column(path) != nullptr; }

  std::string field(const Path& path) {
    if (const Column* c = column(path)) return std::string(c->name);
    if (std::all_of(path.begin(), path.end(), is_plain)) {
      return "json_extract(doc, " + out_.bind(json_path(path)) + ")";
    }
    return walk(path, "value");
  }

  /// The field by keys that no JSON path can hold: one look-up a key, where json_each gives the key unescaped.
  std::string walk(const Path& path, std::string_view what) {
    std::string inside = "doc";
    for (std::size_t i = 0; i < path.size(); ++i) {
      const bool is_last = i + 1 == path.size();
      inside = "(SELECT " + std::string(is_last ? what : "value") + " FROM json_each(" + inside +
               ") WHERE key = " + out_.bind(path[i]) + (is_last ? "" : " AND type = 'object'") + " LIMIT 1)";
    }
    return inside;
  }

  /// The arguments of json_each that give the items of the list at `path`.
  std::string list_at(const Path& path) {
    if (std::all_of(path.begin(), path.end(), is_plain)) return "doc, " + out_.bind(json_path(path));
    return walk(path, "CASE WHEN type IN ('array', 'object') THEN value END");
  }

  std::string join(const std::vector<Filter>& children, std::string_view by, std::string_view none) {
    if (children.empty()) return std::string(none);
    std::string out = "(";
    for (const Filter& child : children) {
      if (out.size() > 1) out += by;
      out += filter(child);
    }
    return out + ")";
  }

  std::string value(const json::value& v) {
    switch (v.kind()) {
      case json::kind::bool_:
        return out_.bind(std::int64_t{v.get_bool()});
      case json::kind::int64:
        return out_.bind(v.get_int64());
      case json::kind::uint64:
        return out_.bind(static_cast<std::int64_t>(v.get_uint64()));
      case json::kind::double_:
        return out_.bind(v.get_double());
      case json::kind::string:
        return out_.bind(std::string(v.get_string()));
      case json::kind::null:
      case json::kind::array:
      case json::kind::object:
        return out_.bind(json::serialize(v));
    }
    return "NULL";
  }

  /// " IN (...)" of the values that are not null; empty when there are none. Beside a column only values of its type
  /// count: its affinity would make '10' and 10 one.
  std::string in_list(const std::vector<json::value>& values, const Column* beside = nullptr) {
    std::string out;
    for (const json::value& v : values) {
      if (v.is_null() || (beside != nullptr && v.is_string() == beside->is_number)) continue;
      out += (out.empty() ? "" : ", ") + value(v);
    }
    return out.empty() ? out : " IN (" + out + ")";
  }

  static bool has_null(const std::vector<json::value>& values) {
    return std::any_of(values.begin(), values.end(), [](const json::value& v) { return v.is_null(); });
  }

  // Leaves are never NULL, so that NOT of a missing field is true.
  // A leaf that uses no field must bind no path: SQLite counts parameters by their use.
  std::string one_of(const Filter& f) {
    const std::string list = in_list(f.values, column(f.field));
    if (list.empty() && !has_null(f.values)) return "0";
    const std::string expression = field(f.field);
    std::string out = list.empty() ? "0" : "coalesce(" + expression + list + ", 0)";
    if (has_null(f.values)) out += " OR " + expression + " IS NULL OR " + expression + " IN ('', '[]')";
    return "(" + out + ")";
  }

  std::string list_has(const Filter& f) {
    if (f.values.empty()) return "0";
    const std::string items = "SELECT 1 FROM json_each(" + list_at(f.field) + ")";
    const std::string list = in_list(f.values);
    std::string out = list.empty() ? "0" : "EXISTS (" + items + " AS item WHERE item.value" + list + ")";
    if (has_null(f.values)) out += " OR NOT EXISTS (" + items + ")";
    return "(" + out + ")";
  }

  std::string matches(const Filter& f) {
    return "(jv_matches(" + out_.bind(f.pattern) + ", " + (f.ignore_case ? "1" : "0") + ", " + field(f.field) + "))";
  }

  std::string range(const Filter& f) {
    const auto is_set = [](const std::optional<json::value>& limit) { return limit && !limit->is_null(); };
    if (!is_set(f.from) && !is_set(f.to)) return "1";
    const std::string expression = field(f.field);
    std::string out = "1";
    const auto bound = [&](const std::optional<json::value>& limit, std::string_view comparison) {
      if (!is_set(limit)) return;
      // In SQLite every number sorts before every text: without the type check 5 < "abc" would hold.
      out += limit->is_string() ? " AND typeof(" + expression + ") = 'text'"
                                : " AND typeof(" + expression + ") IN ('integer', 'real')";
      out += " AND " + expression + std::string(comparison) + value(*limit);
    };
    bound(f.from, f.from_included ? " >= " : " > ");
    bound(f.to, f.to_included ? " <= " : " < ");
    return "coalesce(" + out + ", 0)";
  }

  const Table& table_;
  CompiledQuery& out_;
};

}  // namespace

CompiledQuery compile(const Table& table, std::string_view what, const Query& query) {
  CompiledQuery out;
  Compiler compiler(table, out);
  std::string sql = "SELECT " + std::string(what) + " FROM " + std::string(table.name);
  sql += " WHERE " + compiler.filter(query.where);
  sql += " ORDER BY " + compiler.order(query.order);
  if (query.limit != SIZE_MAX || query.offset != 0) {
    sql += " LIMIT " + out.bind(query.limit == SIZE_MAX ? std::int64_t{-1} : static_cast<std::int64_t>(query.limit));
    sql += " OFFSET " + out.bind(static_cast<std::int64_t>(query.offset));
  }
  out.sql = std::move(sql);
  return out;
}

CompiledQuery compile_count(const Table& table, const Filter& where) {
  CompiledQuery out;
  Compiler compiler(table, out);
  out.sql = "SELECT count(*) FROM " + std::string(table.name) + " WHERE " + compiler.filter(where);
  return out;
}

}  // namespace jarvis::server::store
