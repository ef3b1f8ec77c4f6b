// Typed calls: JSON arguments in, JSON value out, over descriptors 3 and 4.
// Included after the response, so it uses full names only and no macros of its own.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>
#include <cmath>
#include <cstdio>

namespace harness_call {

struct Value {
  enum Kind { Null, Bool, Number, String, Array, Object } kind = Null;
  bool truth = false;
  std::string text;  // of a number or a string
  std::vector<Value> items;
  std::vector<std::pair<std::string, Value>> members;

  const Value *find(const std::string &key) const {
    for (const auto &member : members)
      if (member.first == key) return &member.second;
    return nullptr;
  }
};

class Parser {
 public:
  explicit Parser(const std::string &text) : p_(text.data()), end_(p_ + text.size()) {}

  Value parse() {
    skip();
    if (p_ == end_) fail();
    switch (*p_) {
      case '{': return object();
      case '[': return array();
      case '"': { Value v; v.kind = Value::String; v.text = string(); return v; }
      case 't': return word("true", Value::Bool, true);
      case 'f': return word("false", Value::Bool, false);
      case 'n': return word("null", Value::Null, false);
      default: return number();
    }
  }

 private:
  const char *p_, *end_;

  [[noreturn]] static void fail() { throw std::invalid_argument("the request is not JSON"); }
  void skip() { while (p_ < end_ && std::strchr(" \t\r\n", *p_)) ++p_; }
  bool take(char c) { skip(); if (p_ < end_ && *p_ == c) { ++p_; return true; } return false; }

  Value word(const char *w, Value::Kind kind, bool truth) {
    p_ += std::strlen(w);
    Value v; v.kind = kind; v.truth = truth; return v;
  }
  Value number() {
    Value v; v.kind = Value::Number;
    while (p_ < end_ && std::strchr("+-0123456789.eE", *p_)) v.text += *p_++;
    if (v.text.empty()) fail();
    return v;
  }
  Value array() {
    Value v; v.kind = Value::Array; ++p_;
    if (take(']')) return v;
    do { v.items.push_back(parse()); } while (take(','));
    if (!take(']')) fail();
    return v;
  }
  Value object() {
    Value v; v.kind = Value::Object; ++p_;
    if (take('}')) return v;
    do {
      skip();
      std::string key = string();
      if (!take(':')) fail();
      v.members.emplace_back(key, parse());
    } while (take(','));
    if (!take('}')) fail();
    return v;
  }
  unsigned hex4() {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      char c = *p_++;
      code = code * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return code;
  }
  static void utf8(std::string &out, unsigned code) {
    if (code < 0x80) { out += char(code); return; }
    if (code < 0x800) { out += char(0xC0 | code >> 6); }
    else if (code < 0x10000) { out += char(0xE0 | code >> 12); out += char(0x80 | (code >> 6 & 63)); }
    else { out += char(0xF0 | code >> 18); out += char(0x80 | (code >> 12 & 63));
           out += char(0x80 | (code >> 6 & 63)); }
    out += char(0x80 | (code & 63));
  }
  std::string string() {
    if (p_ == end_ || *p_ != '"') fail();
    ++p_;
    std::string out;
    while (p_ < end_ && *p_ != '"') {
      if (*p_ != '\\') { out += *p_++; continue; }
      char c = p_[1];
      p_ += 2;
      switch (c) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'r': out += '\r'; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'u': {
          unsigned code = hex4();
          if (code >= 0xD800 && code < 0xDC00 && p_ + 6 <= end_ && p_[0] == '\\') {
            p_ += 2;
            code = 0x10000 + ((code - 0xD800) << 10) + (hex4() - 0xDC00);
          }
          utf8(out, code);
          break;
        }
        default: out += c;
      }
    }
    ++p_;
    return out;
  }
};

// -- reading typed values -------------------------------------------------------------------
template <typename T> struct Read;

[[noreturn]] inline void mismatch(const char *wanted) {
  throw std::invalid_argument(std::string("the task's argument is not ") + wanted);
}

inline std::string digits(const Value &v) {
  if (v.kind == Value::Number) return v.text;
  if (const Value *tagged = v.find("$int")) return tagged->text;
  mismatch("a number");
}

template <typename T> T read(const Value &v) { return Read<T>::from(v); }

template <typename T> struct Read {
  static T from(const Value &v) {
    if constexpr (std::is_same_v<T, bool>) {
      if (v.kind != Value::Bool) mismatch("true or false");
      return v.truth;
    } else if constexpr (std::is_same_v<T, char>) {
      if (v.kind != Value::String || v.text.size() != 1) mismatch("one character");
      return v.text[0];
    } else if constexpr (std::is_floating_point_v<T>) {
      if (const Value *tagged = v.find("$float")) return T(std::strtod(tagged->text.c_str(), nullptr));
      return T(std::strtod(digits(v).c_str(), nullptr));
    } else if constexpr (std::is_integral_v<T>) {
      const std::string text = digits(v);
      if (text.find_first_of(".eE") != std::string::npos) return T(std::strtod(text.c_str(), nullptr));
      return std::is_signed_v<T> ? T(std::strtoll(text.c_str(), nullptr, 10))
                                 : T(std::strtoull(text.c_str(), nullptr, 10));
    } else {
      static_assert(std::is_integral_v<T>, "this parameter type is not supported in call tasks");
    }
  }
};
template <> struct Read<std::string> {
  static std::string from(const Value &v) {
    if (v.kind != Value::String) mismatch("a string");
    return v.text;
  }
};
inline const std::vector<Value> &list(const Value &v) {
  for (const char *tag : {"$tuple", "$set", "$frozenset"})
    if (const Value *tagged = v.find(tag)) return tagged->items;
  if (v.kind != Value::Array) mismatch("a list");
  return v.items;
}
template <typename T> struct Read<std::vector<T>> {
  static std::vector<T> from(const Value &v) {
    std::vector<T> out;
    for (const Value &item : list(v)) out.push_back(read<T>(item));
    return out;
  }
};
template <typename T> struct Read<std::set<T>> {
  static std::set<T> from(const Value &v) {
    std::set<T> out;
    for (const Value &item : list(v)) out.insert(read<T>(item));
    return out;
  }
};
template <typename A, typename B> struct Read<std::pair<A, B>> {
  static std::pair<A, B> from(const Value &v) {
    const auto &items = list(v);
    if (items.size() != 2) mismatch("a pair");
    return {read<A>(items[0]), read<B>(items[1])};
  }
};
template <typename... T> struct Read<std::tuple<T...>> {
  template <std::size_t... I>
  static std::tuple<T...> each(const std::vector<Value> &items, std::index_sequence<I...>) {
    return {read<T>(items[I])...};
  }
  static std::tuple<T...> from(const Value &v) {
    const auto &items = list(v);
    if (items.size() != sizeof...(T)) mismatch("a tuple of that size");
    return each(items, std::index_sequence_for<T...>{});
  }
};
template <typename T> struct Read<std::optional<T>> {
  static std::optional<T> from(const Value &v) {
    if (v.kind == Value::Null) return std::nullopt;
    return read<T>(v);
  }
};
template <typename Map, typename K, typename V> Map read_map(const Value &v) {
  Map out;
  if (const Value *pairs = v.find("$dict")) {
    for (const Value &pair : pairs->items) out.emplace(read<K>(pair.items[0]), read<V>(pair.items[1]));
    return out;
  }
  if (v.kind != Value::Object) mismatch("an object");
  if constexpr (std::is_same_v<K, std::string>)
    for (const auto &member : v.members) out.emplace(member.first, read<V>(member.second));
  return out;
}
template <typename K, typename V> struct Read<std::map<K, V>> {
  static std::map<K, V> from(const Value &v) { return read_map<std::map<K, V>, K, V>(v); }
};
template <typename K, typename V> struct Read<std::unordered_map<K, V>> {
  static std::unordered_map<K, V> from(const Value &v) {
    return read_map<std::unordered_map<K, V>, K, V>(v);
  }
};

template <typename T> T get(const Value &request, std::size_t index) {
  const Value *args = request.find("args");
  if (!args || index >= args->items.size()) mismatch("there");
  return read<T>(args->items[index]);
}

// -- writing typed values -------------------------------------------------------------------
inline void quote(std::string &out, const std::string &text) {
  out += '"';
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') { out += '\\'; out += char(c); }
    else if (c < 0x20) { char b[8]; std::snprintf(b, sizeof b, "\\u%04x", c); out += b; }
    else out += char(c);
  }
  out += '"';
}

template <typename T> struct is_optional : std::false_type {};
template <typename T> struct is_optional<std::optional<T>> : std::true_type {};
template <typename T> struct is_tuple : std::false_type {};
template <typename... T> struct is_tuple<std::tuple<T...>> : std::true_type {};
template <typename A, typename B> struct is_tuple<std::pair<A, B>> : std::true_type {};
template <typename T, typename = void> struct is_map : std::false_type {};
template <typename T> struct is_map<T, std::void_t<typename T::mapped_type>> : std::true_type {};
template <typename T, typename = void> struct is_range : std::false_type {};
template <typename T>
struct is_range<T, std::void_t<decltype(std::declval<const T &>().begin())>> : std::true_type {};

template <typename T> void write(std::string &out, const T &value);

template <typename T> void write_number(std::string &out, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value)) { out += "{\"$float\":\"nan\"}"; return; }
    if (std::isinf(value)) { out += value > 0 ? "{\"$float\":\"inf\"}" : "{\"$float\":\"-inf\"}"; return; }
    char b[64];
    std::snprintf(b, sizeof b, "%.*g", std::is_same_v<T, float> ? 9 : 17, double(value));
    out += b;
    if (!std::strpbrk(b, ".e")) out += ".0";
  } else {
    const long double limit = 9007199254740992.0L;
    const std::string text = std::to_string(value);
    if ((long double)value > limit || (long double)value < -limit) out += "{\"$int\":\"" + text + "\"}";
    else out += text;
  }
}

template <typename T> void write_map(std::string &out, const T &value) {
  constexpr bool named = std::is_same_v<typename T::key_type, std::string>;
  out += named ? "{" : "{\"$dict\":[";
  bool first = true;
  for (const auto &[key, item] : value) {
    if (!first) out += ',';
    first = false;
    if (!named) out += '[';
    write(out, key);
    out += named ? ':' : ',';
    write(out, item);
    if (!named) out += ']';
  }
  out += named ? "}" : "]}";
}

template <typename T> void write(std::string &out, const T &value) {
  if constexpr (std::is_same_v<T, bool>) out += value ? "true" : "false";
  else if constexpr (std::is_same_v<T, char>) quote(out, std::string(1, value));
  else if constexpr (std::is_arithmetic_v<T>) write_number(out, value);
  else if constexpr (std::is_convertible_v<T, std::string>) quote(out, std::string(value));
  else if constexpr (is_optional<T>::value) { if (value) write(out, *value); else out += "null"; }
  else if constexpr (is_tuple<T>::value) {
    out += "{\"$tuple\":[";
    bool first = true;
    std::apply([&](const auto &...item) {
      ((out += first ? "" : ",", first = false, write(out, item)), ...);
    }, value);
    out += "]}";
  }
  else if constexpr (is_map<T>::value) write_map(out, value);
  else if constexpr (is_range<T>::value) {
    out += '[';
    bool first = true;
    for (const auto &item : value) {
      if (!first) out += ',';
      first = false;
      write<std::decay_t<decltype(item)>>(out, item);
    }
    out += ']';
  }
  else static_assert(is_range<T>::value, "this return type is not supported in call tasks");
}

// -- frames ---------------------------------------------------------------------------------
inline Value read_request() {
  auto exactly = [](std::size_t size) {
    std::string data(size, '\0');
    for (std::size_t done = 0; done < size;) {
      ssize_t n = ::read(3, &data[done], size - done);
      if (n <= 0) std::_Exit(3);
      done += std::size_t(n);
    }
    return data;
  };
  const std::string head = exactly(4);
  std::size_t size = 0;
  for (unsigned char c : head) size = size << 8 | c;
  return Parser(exactly(size)).parse();
}

inline void send(const std::string &body) {
  std::string data;
  for (int shift = 24; shift >= 0; shift -= 8) data += char(body.size() >> shift & 255);
  data += body;
  for (std::size_t done = 0; done < data.size();) {
    ssize_t n = ::write(4, data.data() + done, data.size() - done);
    if (n <= 0) std::_Exit(3);
    done += std::size_t(n);
  }
}

template <typename T> void reply_value(const T &value) {
  std::string out = "{\"value\":";
  write<std::decay_t<T>>(out, value);
  std::fflush(stdout);
  send(out + "}");
}

inline void reply_error(const std::string &type, const std::string &message) {
  std::string out = "{\"error\":{\"type\":";
  quote(out, type);
  out += ",\"message\":";
  quote(out, message.substr(0, 2000));
  send(out + "}}");
}

inline std::string type_name(const std::exception &error) {
  int status = 0;
  std::unique_ptr<char, void (*)(void *)> name(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), std::free);
  return status == 0 && name ? name.get() : typeid(error).name();
}

}  // namespace harness_call
