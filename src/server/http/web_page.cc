#include "server/http/web_page.h"

#include <algorithm>

#include "base/json.h"

namespace jarvis::server::http {
namespace {

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>JARVIS</title><h1>JARVIS is running</h1>"
    "<p>This build of the server holds no web UI. <code>./dev build</code> makes one that does.</p></html>\n";

HttpResponse text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(body)};
}

/// Scripts and styles come from here alone, nothing is inline, nobody frames the pages. Pictures, films and pages that
/// tasks made come from the files' origin.
std::string content_policy(const std::string& files_url) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; worker-src "
         "'self'; frame-src 'self' " +
         files_url + "; img-src 'self' data: blob: https: " + files_url + "; media-src https: " + files_url +
         "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

/// The page that draws plots, which are somebody else's data: an origin of its own, which knows no cookie and reaches
/// no server. The library that draws makes styles and compiles shaders as it goes.
constexpr std::string_view kSandboxPage = "/sandbox.html";
constexpr std::string_view kSandboxPolicy =
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// The files' origin as this browser reaches it, too: a server that listens on all addresses does not know its own
/// name.
std::string files_origins(const HttpRequest& request, const std::string& files_url) {
  std::string_view host = request.header("Host");
  if (const auto port = host.rfind(':');
      port != std::string_view::npos && host.find(']', port) == std::string_view::npos)
    host = host.substr(0, port);
  const bool is_name = !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_[]:").find(c) != std::string_view::npos;
  });
  const std::string there =
      "http://" + std::string(host) + files_url.substr(std::min(files_url.rfind(':'), files_url.size()));
  return is_name && there != files_url ? files_url + " " + there : files_url;
}

HttpResponse addresses_response(const WebAddresses& addresses) {
  return {
      .content_type = "application/json",
      .headers = {{"Cache-Control", "no-cache"}},
      .body = to_text(json::object{{"api", addresses.api}, {"files", addresses.files}, {"web", addresses.web}}),
  };
}

bool takes_gzip(const HttpRequest& request) {
  return request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
}

HttpResponse asset_response(const WebAsset& asset, const HttpRequest& request) {
  HttpResponse response{.content_type = std::string(asset.content_type), .headers = {}, .body = {}};
  // The build names these after their content.
  if (asset.path.starts_with("/assets/")) {
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    // Nothing secret is in them, and the sandbox asks for its scripts as a stranger.
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else {
    response.headers.emplace_back("Cache-Control", "no-cache");
  }
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (takes_gzip(request)) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = takes_gzip(request) ? asset.gzip : asset.plain;
  return response;
}

}  // namespace

HttpResponse web_page(const HttpRequest& request, const WebAddresses& addresses, std::span<const WebAsset> assets) {
  if (request.method != "GET" && request.method != "HEAD") return text(405, "Pages are read with GET.\n");
  const std::string_view path = request.path();
  if (path == "/healthz") return text(200, "ok\n");
  if (path == "/addresses.json") return addresses_response(addresses);
  const auto find = [&](std::string_view wanted) {
    return std::find_if(assets.begin(), assets.end(), [&](const WebAsset& asset) { return asset.path == wanted; });
  };
  auto asset = find(path);
  // Names of workers and projects have dots, too.
  const bool is_file =
      path.starts_with("/assets/") || (path.rfind('/') == 0 && path.find('.') != std::string_view::npos);
  if (asset == assets.end() && is_file) return text(404, "There is no such file.\n");
  if (asset == assets.end()) asset = find("/index.html");
  HttpResponse response =
      asset == assets.end()
          ? HttpResponse{.content_type = "text/html; charset=utf-8", .headers = {}, .body = std::string(kNotBuilt)}
          : asset_response(*asset, request);
  const bool is_sandbox = asset != assets.end() && asset->path == kSandboxPage;
  response.headers.emplace_back(
      "Content-Security-Policy",
      is_sandbox ? std::string(kSandboxPolicy) : content_policy(files_origins(request, addresses.files)));
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace jarvis::server::http
