#include "server/store/copy_table.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "base/digest.h"

namespace jarvis::server::store {
namespace {

std::string number(double value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// What PostgreSQL makes of U+0000 (see postgres_values.h).
std::string stored_text(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\0' ? std::string("\xEF\xBF\xBD") : std::string(1, c);
  return out;
}

void append_escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\0':
        out += "\xEF\xBF\xBD";
        break;
      default:
        out += c;
    }
  }
}

// The same within JSON text, where it is an escape.
std::string stored_json(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (text.substr(i, 6) == "\\u0000") {
      out += "\\ufffd";
      i += 5;
    } else {
      out += text.substr(i, 2);
      ++i;
    }
  }
  return out;
}

Result<CopyTable> describe(SqliteConnection& from, PostgresConnection& to, const std::string& name) {
  CopyTable table{.name = name, .columns = {}, .is_bytes = {}, .is_json = {}, .key = {}, .identity = {}};
  TRY(const Rows theirs, to.run_sql("SELECT column_name::text, data_type::text, is_identity::text "
                                    "FROM information_schema.columns WHERE table_schema = current_schema() "
                                    "AND table_name = $1 AND is_generated = 'NEVER'",
                                    {std::string_view(name)}));
  TRY(const Rows ours,
      from.run_sql("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid", {std::string_view(name)}));
  std::vector<std::pair<std::int64_t, std::size_t>> key;
  for (const Row& row : ours) {
    const auto same =
        std::find_if(theirs.begin(), theirs.end(), [&](const Row& r) { return r.text(0) == row.text(0); });
    if (same == theirs.end())
      return Error(ErrorCode::unsupported, "PostgreSQL has no column " + name + "." + row.text(0));
    if (row.integer(1) > 0) key.emplace_back(row.integer(1), table.columns.size());
    if (same->text(2) == "YES") table.identity.push_back(row.text(0));
    table.columns.push_back(row.text(0));
    table.is_bytes.push_back(same->text(1) == "bytea");
    table.is_json.push_back(same->text(1) == "jsonb");
  }
  std::sort(key.begin(), key.end());
  for (const auto& [place, column] : key)
    table.key.push_back(column);
  if (table.key.empty()) return Error(ErrorCode::unsupported, "table " + name + " has no primary key to go on by");
  return table;
}

}  // namespace

std::string CopyTable::column_list() const {
  std::string out;
  for (const std::string& column : columns)
    out += (out.empty() ? "\"" : ", \"") + column + "\"";
  return out;
}

std::string CopyTable::compared_list() const {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i)
    out += (i > 0 ? ", " : "") + (is_json[i] ? "NULL::text" : "\"" + columns[i] + "\"");
  return out;
}

Result<std::vector<CopyTable>> tables_to_copy(SqliteConnection& from, PostgresConnection& to) {
  TRY(const Rows names, from.run_sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                                     "AND name <> 'schema_migrations' ORDER BY name",
                                     {}));
  std::vector<CopyTable> out;
  for (const Row& row : names) {
    TRY(CopyTable table, describe(from, to, row.text(0)));
    out.push_back(std::move(table));
  }
  return out;
}

void append_copy_line(const CopyTable& table, const Row& row, std::string& out) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) out += '\t';
    const Cell& cell = row.cell(i);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
      out += std::to_string(*integer);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      out += number(*real);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
      if (table.is_bytes[i]) {
        out += "\\\\x" + to_hex(*text);
      } else {
        append_escaped(table.is_json[i] ? stored_json(*text) : *text, out);
      }
    } else {
      out += "\\N";
    }
  }
  out += '\n';
}

std::uint64_t checksum(const CopyTable& table, const Row& row) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.is_json[i]) continue;
    const Cell& cell = row.cell(i);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
      text += "i" + std::to_string(*integer);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      text += "d" + std::to_string(std::bit_cast<std::uint64_t>(*real));
    } else if (const auto* bytes = std::get_if<std::string>(&cell)) {
      const std::string value = table.is_bytes[i] ? *bytes : stored_text(*bytes);
      text += "s" + std::to_string(value.size()) + ":" + value;
    } else {
      text += "n";
    }
  }
  const std::string digest = sha256_hex(text);
  std::uint64_t out = 0;
  std::from_chars(digest.data(), digest.data() + 16, out, 16);
  return out;
}

}  // namespace jarvis::server::store
