#include "server/user_commands.h"

#include <charconv>
#include <cstdio>
#include <iostream>

#include "config/client_conf.h"
#include "proc/files.h"
#include "server/auth/accounts.h"
#include "server/auth/authority.h"
#include "server/auth/password.h"
#include "server/open_store.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = R"(
Examples:
  jarvis-server user add jane --name "Jane Doe"         a password is made up and shown once
  jarvis-server user add ci --role user --password -    the password is read from standard input
  jarvis-server user passwd admin                       the first administrator gets a password to sign in with
  jarvis-server user key jane --label laptop            a configuration file for her programs, on standard output
  jarvis-server user key ci --label nightly --expires 30d
                                                        one that ends by itself after so many days
  jarvis-server user disable jane                       nothing of hers works any more; enable takes it back
The server may run meanwhile: it heeds what has changed within two seconds.
)";

Error as_error(const ApiError& error) {
  return Error(error.code().status >= 500 ? ErrorCode::internal : ErrorCode::invalid_argument, error.message());
}

/// What the commands work on: the database of the settings, and who knows about keys.
struct Accounts {
  SystemClock clock;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<auth::Authority> authority;
  ~Accounts() {
    authority.reset();
    if (store) store->close();
  }

  template <typename F>
  auto write(F&& f) {
    return store->write([&](store::Transaction& tx) { return f(tx, clock.wall()); });
  }
};

Status open(const config::Settings& settings, Accounts& out) {
  const fs::path data_dir = settings.get("data_dir");
  if (!fs::exists(data_dir / "secrets"))
    return not_found("there is no data in " + data_dir.string() + ": start the server once, or say --data-dir");
  TRY(out.store, open_store(settings, data_dir, store::Schema::leave));
  TRY(out.authority, auth::Authority::open(*out.store, out.clock, data_dir / "secrets"));
  return {};
}

struct Password {
  std::string text;
  bool is_made_up = false;
};

/// "" makes one up, "-" is standard input, anything else a file: a password on the command line would be everybody's.
Result<Password> password_from(const std::string& file) {
  if (file.empty()) return Password{.text = auth::made_up_password(), .is_made_up = true};
  Password out;
  if (file == "-") {
    std::getline(std::cin, out.text);
  } else {
    TRY(out.text, proc::read_file(file));
  }
  while (out.text.ends_with('\n') || out.text.ends_with('\r'))
    out.text.pop_back();
  return out;
}

void show(const Password& password) {
  if (password.is_made_up) std::printf("password: %s\n", password.text.c_str());
}

Status add(Accounts& accounts, const std::string& login, const std::string& name, const std::string& role_name,
           const std::string& password_file) {
  const auto role = role_name.empty() ? std::optional(Role::user) : auth::role_to_give(role_name);
  if (!role) return invalid_argument("--role: '" + role_name + "' is not " + auth::roles_to_give());
  TRY(const Password password, password_from(password_file));
  TRY(const std::string hash, auth::hash_password(password.text));
  const auto made = accounts.write([&](store::Transaction& tx, WallTime now) -> ApiResult<UserId> {
    TRY(const auto companies,
        store::find_ids(tx, store::Kind::company, {.order = {{.field = {"created"}}}, .limit = 1}));
    if (companies.empty()) return ApiError(api::validation_error, "start the server once: it makes the company");
    return auth::add_account(tx,
                             {.login = login,
                              .name = name,
                              .role = *role,
                              .company = CompanyId(companies.front()),
                              .password_hash = hash,
                              .given_name = {},
                              .family_name = {},
                              .email = {}},
                             now);
  });
  if (!made) return as_error(made.error());
  std::printf("added %s (%s), id %s\n", login.c_str(), std::string(to_string(*role)).c_str(), made->str().c_str());
  show(password);
  return {};
}

Status list(Accounts& accounts) {
  return accounts.store->read([&](store::Transaction& tx) -> Status {
    TRY(const auto users, store::find(tx, store::Kind::user, {.order = {{.field = {"created"}}}}));
    std::printf("%-20s %-24s %-11s %-9s %4s  %s\n", "USERNAME", "NAME", "ROLE", "STATE", "KEYS", "ID");
    for (const json::object& user : users) {
      const std::string id = get_string_or(user, "id", "");
      TRY(const std::string login, auth::login_of(tx, id));
      TRY(const auto keys, accounts.authority->keys_of(tx, UserId(id)));
      std::printf("%-20s %-24s %-11s %-9s %4zu  %s\n", login.empty() ? "-" : login.c_str(),
                  get_string_or(user, "name", "").c_str(), get_string_or(user, "role", "").c_str(),
                  auth::is_disabled(user) ? "disabled" : "active", keys.size(), id.c_str());
    }
    return {};
  });
}

/// Finds the user and changes it, in one transaction.
template <typename Change>
Status change(Accounts& accounts, const std::string& who, Change&& apply) {
  const auto done = accounts.write([&](store::Transaction& tx, WallTime now) -> ApiResult<void> {
    TRY(json::object user, auth::find_account(tx, who));
    return apply(tx, user, now);
  });
  return done ? Status() : Status(as_error(done.error()));
}

Status disable(Accounts& accounts, const std::string& who, bool is_disabled) {
  CHECK_OK(change(accounts, who, [&](store::Transaction& tx, json::object& user, WallTime now) {
    return auth::set_disabled(tx, user, is_disabled, now);
  }));
  std::printf("%s is %s\n", who.c_str(), is_disabled ? "disabled" : "active");
  return {};
}

Status set_role(Accounts& accounts, const std::string& who, const std::string& name) {
  const auto role = auth::role_to_give(name);
  if (!role) return invalid_argument("'" + name + "' is not " + auth::roles_to_give());
  CHECK_OK(change(accounts, who, [&](store::Transaction& tx, json::object& user, WallTime now) {
    return auth::set_role(tx, user, *role, now);
  }));
  std::printf("%s has the role %s\n", who.c_str(), name.c_str());
  return {};
}

Status passwd(Accounts& accounts, const std::string& who, const std::string& file) {
  TRY(const Password password, password_from(file));
  TRY(const std::string hash, auth::hash_password(password.text));
  std::string login;
  CHECK_OK(change(accounts, who, [&](store::Transaction& tx, json::object& user, WallTime now) -> ApiResult<void> {
    TRY(login, auth::login_of(tx, get_string_or(user, "id", "")));
    // Who had no password signs in by the name that was said here.
    if (login.empty()) login = who;
    return auth::set_password(tx, user, login, hash, now);
  }));
  std::printf("username: %s\n", login.c_str());
  show(password);
  return {};
}

std::string url_of(const std::string& listen) {
  return "http://" + (listen.starts_with("0.0.0.0:") || listen.starts_with(":")
                          ? "127.0.0.1" + listen.substr(listen.rfind(':'))
                          : listen);
}

/// "30d", "12h", "90m". Errors: invalid_argument.
Result<std::chrono::seconds> life_from(const std::string& text) {
  const Error wrong = invalid_argument("--expires: '" + text + "' is not a time like 30d, 12h or 90m");
  if (text.empty()) return wrong;
  std::int64_t count = 0;
  const char* const unit = text.data() + text.size() - 1;
  const auto [end, code] = std::from_chars(text.data(), unit, count);
  const std::int64_t seconds = *unit == 'd' ? 86'400 : *unit == 'h' ? 3'600 : *unit == 'm' ? 60 : 0;
  if (code != std::errc() || end != unit || seconds == 0 || count <= 0) return wrong;
  if (count > auth::kKeyLifeMax.count() / seconds) return invalid_argument("--expires: at most 36500d");
  return std::chrono::seconds(count * seconds);
}

Status make_key(Accounts& accounts, const config::Settings& settings, const std::string& who, const std::string& label,
                const std::string& life) {
  std::optional<std::chrono::seconds> lives;
  if (!life.empty()) {
    TRY(lives, life_from(life));
  }
  auth::KeyPair pair;
  std::string ends;
  CHECK_OK(change(accounts, who, [&](store::Transaction& tx, json::object& user, WallTime now) -> ApiResult<void> {
    auth::NewKey key{.label = label};
    if (lives) key.expires = now + *lives;
    if (key.expires) ends = " It expires at " + to_iso(*key.expires) + ".";
    TRY(pair, accounts.authority->create_key(tx, UserId(get_string_or(user, "id", "")), key));
    return {};
  }));
  std::fputs(config::client_conf("# Made by jarvis-server user key. Keep it as ~/jarvis.conf (or ~/clearml.conf); the "
                                 "secret is shown only here." +
                                     ends + "\n",
                                 {.web = url_of(settings.get("web.listen")),
                                  .api = url_of(settings.get("api.listen")),
                                  .files = url_of(settings.get("files.listen")),
                                  .access_key = pair.access_key,
                                  .secret_key = pair.secret_key})
                 .c_str(),
             stdout);
  return {};
}

}  // namespace

UserCommands::UserCommands(CLI::App& app)
    : user_(app.add_subcommand("user", "Accounts: add, list, disable, enable, passwd, role, key")->fallthrough()) {
  user_->require_subcommand(1);
  user_->footer(kExamples);
  const auto command = [&](const char* name, const char* help) {
    return user_->add_subcommand(name, help)->fallthrough();
  };
  const auto who = [&](CLI::App* to, const char* help) { to->add_option("user", words_->who, help)->required(); };
  const char* const password_help =
      "File with the password, '-' for standard input; without it one is made up and shown";
  const char* const user_help = "Its username, id or name";
  add_ = command("add", "Add a user who signs in with a password");
  who(add_, "The username to sign in with");
  add_->add_option("--name", words_->name, "As others see it (default: the username)");
  add_->add_option("--role", words_->role, "admin, superuser, user, annotator or guest (default user)");
  add_->add_option("--password", words_->password_file, password_help);
  list_ = command("list", "Show all users");
  disable_ = command("disable", "Let a user do nothing any more: sessions end, keys and password are refused");
  who(disable_, user_help);
  enable_ = command("enable", "Take disable back");
  who(enable_, user_help);
  passwd_ = command("passwd", "Set a user's password; what was signed in with the old one ends");
  who(passwd_, user_help);
  passwd_->add_option("--password", words_->password_file, password_help);
  role_ = command("role", "Give a user another role");
  who(role_, user_help);
  role_->add_option("role", words_->role, "admin, superuser, user, annotator or guest")->required();
  key_ = command("key", "Make an API key: a configuration file on standard output");
  who(key_, user_help);
  key_->add_option("--label", words_->label, "What it is for");
  key_->add_option("--expires", words_->expires, "It ends by itself after so long: 30d, 12h, 90m (default: never)");
}

Status UserCommands::run(const config::Settings& settings) const {
  Accounts accounts;
  CHECK_OK(open(settings, accounts));
  const Words& words = *words_;
  if (add_->parsed()) return add(accounts, words.who, words.name, words.role, words.password_file);
  if (list_->parsed()) return list(accounts);
  if (disable_->parsed()) return disable(accounts, words.who, true);
  if (enable_->parsed()) return disable(accounts, words.who, false);
  if (passwd_->parsed()) return passwd(accounts, words.who, words.password_file);
  if (role_->parsed()) return set_role(accounts, words.who, words.role);
  return make_key(accounts, settings, words.who, words.label, words.expires);
}

}  // namespace jarvis::server
