#include "agent/session/http_client.h"

#include <curl/curl.h>
#include <unistd.h>

#include "base/assert.h"

namespace jarvis::agent {

struct HttpClient::Impl {
  Options options;
  CURL* curl = nullptr;
  CURLM* multi = nullptr;  // holds the connections; its poll can be woken
  ~Impl() {
    curl_easy_cleanup(curl);
    curl_multi_cleanup(multi);
  }
  CURLcode perform(const std::stop_token& stop) const;
};

namespace {

constexpr std::size_t kAnswerBytesMax = 256U << 20;
// libcurl's own timers end its waits; this is for those it does not set.
constexpr int kTickMs = 1000;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  auto* body = static_cast<std::string*>(into);
  if (body->size() + size * count > kAnswerBytesMax) return 0;
  body->append(data, size * count);
  return size * count;
}

/// Where distributions keep their CAs. A libcurl that was made for one of them knows its own; that of a wheel does not.
std::string system_bundle() {
  if (curl_version_info(CURLVERSION_NOW)->cainfo != nullptr) return {};
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

Error error_of(CURLcode code, const std::string& url, const char* detail) {
  const std::string text = url.substr(0, url.find('?')) + ": " + (*detail != '\0' ? detail : curl_easy_strerror(code));
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Error(ErrorCode::timeout, text);
    case CURLE_ABORTED_BY_CALLBACK:
      return Error(ErrorCode::cancelled, text);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(ErrorCode::invalid_argument, text);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return Error(ErrorCode::forbidden, text);
    default:
      return Error(ErrorCode::unavailable, text);
  }
}

}  // namespace

HttpClient::HttpClient(Options options) : impl_(std::make_unique<Impl>()) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  JV_ASSERT(started == CURLE_OK);
  impl_->options = std::move(options);
  impl_->curl = curl_easy_init();
  impl_->multi = curl_multi_init();
  JV_ASSERT(impl_->curl != nullptr && impl_->multi != nullptr);
}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

/// The one transfer, until it is done or stopped.
CURLcode HttpClient::Impl::perform(const std::stop_token& stop) const {
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi); });
  if (curl_multi_add_handle(multi, curl) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode result = CURLE_ABORTED_BY_CALLBACK;
  for (int running = 1; !stop.stop_requested();) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) result = CURLE_FAILED_INIT;
    if (running == 0) {
      int left = 0;
      if (const CURLMsg* message = curl_multi_info_read(multi, &left); message != nullptr)
        result = message->data.result;
      break;
    }
    curl_multi_poll(multi, nullptr, 0, kTickMs, nullptr);
  }
  curl_multi_remove_handle(multi, curl);
  return result;
}

Result<HttpAnswer> HttpClient::send(const HttpCall& call, const std::stop_token& stop) {
  CURL* curl = impl_->curl;
  curl_easy_reset(curl);
  HttpAnswer answer;
  char detail[CURL_ERROR_SIZE] = {};
  curl_slist* headers = nullptr;
  for (const std::string& header : call.headers)
    headers = curl_slist_append(headers, header.c_str());
  // libcurl would ask "may I send?" before each larger body and wait a second for servers that do not answer that.
  headers = curl_slist_append(headers, "Expect:");

  const std::string bundle = impl_->options.ca_bundle.empty() ? system_bundle() : impl_->options.ca_bundle;

  curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  if (!impl_->options.verify_certificate) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!bundle.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, bundle.c_str());

  const CURLcode code = impl_->perform(stop);
  curl_slist_free_all(headers);
  if (code != CURLE_OK) return error_of(code, call.url, detail);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace jarvis::agent
