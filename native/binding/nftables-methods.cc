#include "nftables-methods.h"

#include "../core/nft-expression-kinds.h"
#include "../core/nft-message.h"
#include "../core/nftables.h"
#include "convert.h"

namespace netwright::binding {

namespace {

// A kind that the core does not know is left for it to refuse.
Properties readExpression(const Napi::Value& value) {
  const Napi::Object object = requireObject(value, "expression");
  const std::string name = requireText(object.Get("kind"), "kind");
  const NftExpressionKind* kind = findNftExpressionKind(name);
  Properties expression;
  if (kind != nullptr) expression = readProperties(object, kind->table);
  expression.set("kind", name);
  return expression;
}

Properties readChange(const Napi::Value& value) {
  const Napi::Object object = requireObject(value, "change");
  Properties change = readProperties(object, nftKeyTable());
  change.set("operation", requireText(object.Get("operation"), "operation"));
  const Napi::Value hook = object.Get("hook");
  if (!hook.IsUndefined()) {
    change.set("hook", readProperties(requireObject(hook, "hook"), nftHookTable()));
  }
  const Napi::Value expressions = object.Get("expressions");
  if (!expressions.IsUndefined()) {
    change.set("expressions", readList(expressions, "expressions", readExpression));
  }
  return change;
}

Properties readTableKey(const Napi::Value& value) {
  const Napi::Object object = requireObject(value, "key");
  Properties key;
  key.set("family", requireText(object.Get("family"), "family"));
  key.set("table", requireText(object.Get("table"), "table"));
  return key;
}

Properties readChainKey(const Napi::Value& value) {
  Properties key = readTableKey(value);
  key.set("chain", requireText(value.As<Napi::Object>().Get("chain"), "chain"));
  return key;
}

}  // namespace

Napi::Value changeNftables(const Napi::CallbackInfo& info, Namespace& space) {
  netwright::changeNftables(space, readList(info[0], "changes", readChange));
  return info.Env().Undefined();
}

Napi::Value findNftChain(const Napi::CallbackInfo& info, Namespace& space) {
  const auto chain = netwright::findNftChain(space, readChainKey(info[0]));
  if (!chain) return info.Env().Undefined();
  return toObject(info.Env(), *chain);
}

Napi::Value listNftChains(const Napi::CallbackInfo& info, Namespace& space) {
  return toArray(info.Env(), netwright::listNftChains(space, readTableKey(info[0])));
}

Napi::Value listNftRules(const Napi::CallbackInfo& info, Namespace& space) {
  const std::string prefix = info[1].IsUndefined() ? "" : requireText(info[1], "commentPrefix");
  return toArray(info.Env(), netwright::listNftRules(space, readChainKey(info[0]), prefix));
}

}  // namespace netwright::binding
