#include "nft-expression.h"

#include <algorithm>
#include <string>

#include "attribute-codec.h"
#include "nft-expression-kinds.h"

namespace netwright {

namespace {

// All that a bitwise expression says: what a script gives, what follows from it, and what never
// changes here.
constexpr std::array wholeBitwise = {
    AttributeRow{"register", NFTA_BITWISE_SREG, Wire::be32},
    AttributeRow{"destination", NFTA_BITWISE_DREG, Wire::be32},
    AttributeRow{"length", NFTA_BITWISE_LEN, Wire::be32},
    AttributeRow{"mask", NFTA_BITWISE_MASK, Wire::nftData},
    AttributeRow{"xor", NFTA_BITWISE_XOR, Wire::nftData},
    // Kernels before 5.6 know only this one, NFT_BITWISE_BOOL, and do not name it.
    AttributeRow{"operation", NFTA_BITWISE_OP, Wire::be32},
};

constexpr std::array immediate = {
    AttributeRow{"register", NFTA_IMMEDIATE_DREG, Wire::be32},
};

static_assert(hasNoDuplicates(wholeBitwise));

void encodeBitwise(const Properties& expression, MessageWriter& writer, const Attempt& attempt) {
  const std::string mask(expression.text("mask"));
  const int64_t number = expression.number("register");
  Properties whole;
  whole.set("register", number);
  whole.set("destination", number);
  whole.set("length", static_cast<int64_t>(mask.size() / 2));
  whole.set("mask", mask);
  whole.set("xor", std::string(mask.size(), '0'));
  encodeAttributes(wholeBitwise, whole, writer, attempt);
}

void encodeVerdict(const Properties& expression, MessageWriter& writer, const Attempt& attempt) {
  Properties target;
  target.set("register", int64_t{NFT_REG_VERDICT});
  encodeAttributes(immediate, target, writer, attempt);
  const MessageWriter::Nest data(writer, NFTA_IMMEDIATE_DATA);
  const MessageWriter::Nest verdict(writer, NFTA_DATA_VERDICT);
  encodeAttributes(nftVerdictTable, expression, writer, attempt);
}

void encodeData(const NftExpressionKind& kind, const Properties& expression, MessageWriter& writer,
                const Attempt& attempt) {
  if (kind.name == "bitwise") return encodeBitwise(expression, writer, attempt);
  if (kind.name == "verdict") return encodeVerdict(expression, writer, attempt);
  encodeAttributes(kind.table, expression, writer, attempt);
}

// The one attribute of this type in `bytes`, or nothing when there are others.
Bytes onlyAttribute(uint16_t type, Bytes bytes) {
  AttributeReader reader(bytes);
  const auto attribute = reader.next();
  const bool isOnly = attribute && attribute->type == type && !reader.next();
  return isOnly ? attribute->payload : Bytes{};
}

// Decodes a table that every attribute in `bytes` is in; false when one is not, or has a value
// without a name.
bool decodeKnown(AttributeTable table, Bytes bytes, Properties& into) {
  size_t count = 0;
  AttributeReader reader(bytes);
  for (; const auto attribute = reader.next(); count++) decodeAttribute(table, *attribute, into);
  return into.all().size() == count;
}

// The same, and all of the table must be there.
bool decodeWhole(AttributeTable table, Bytes bytes, Properties& into) {
  return decodeKnown(table, bytes, into) && into.all().size() == table.size();
}

bool isZero(std::string_view hex) {
  return hex.find_first_not_of('0') == std::string_view::npos;
}

bool decodeBitwise(Bytes data, Properties& into) {
  Properties whole;
  const bool isPlain = decodeKnown(wholeBitwise, data, whole) && whole.has("register") &&
                       whole.has("mask") &&
                       whole.number("destination") == whole.number("register") &&
                       isZero(whole.text("xor")) && whole.number("operation") == 0;
  if (!isPlain) return false;
  into.set("register", whole.number("register"));
  into.set("mask", std::string(whole.text("mask")));
  return true;
}

bool decodeVerdict(Bytes data, Properties& into) {
  AttributeReader reader(data);
  const auto target = reader.next();
  const auto value = reader.next();
  // The kernel tells the register first (nft_immediate_dump); NFT_REG_VERDICT is 0.
  const bool isVerdict = target && target->type == NFTA_IMMEDIATE_DREG &&
                         target->number<uint32_t>() == uint32_t{NFT_REG_VERDICT} && value &&
                         value->type == NFTA_IMMEDIATE_DATA;
  if (!isVerdict) return false;
  return decodeKnown(nftVerdictTable, onlyAttribute(NFTA_DATA_VERDICT, value->payload), into) &&
         into.has("verdict");
}

bool decodeData(const NftExpressionKind& kind, Bytes data, Properties& into) {
  if (kind.name == "bitwise") return decodeBitwise(data, into);
  if (kind.name == "verdict") return decodeVerdict(data, into);
  // What it has counted is not ours to tell.
  if (kind.name == "counter") return true;
  return decodeWhole(kind.table, data, into);
}

Properties decodeExpression(Bytes element) {
  std::string_view kernelName;
  Bytes data;
  AttributeReader reader(element);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NFTA_EXPR_NAME) kernelName = attribute->text();
    if (attribute->type == NFTA_EXPR_DATA) data = attribute->payload;
  }
  const auto* const kind =
      std::ranges::find(nftExpressionKinds, kernelName, &NftExpressionKind::kernelName);
  Properties known;
  if (kind != nftExpressionKinds.end() && decodeData(*kind, data, known)) {
    Properties expression;
    expression.set("kind", std::string(kind->name));
    for (const Property& property : known.all()) expression.set(property.name, property.value);
    return expression;
  }
  Properties other;
  other.set("kind", std::string("other"));
  other.set("name", std::string(kernelName));
  return other;
}

}  // namespace

void encodeNftExpressions(const Properties::List& expressions, MessageWriter& writer,
                          const Attempt& attempt) {
  const MessageWriter::Nest list(writer, NFTA_RULE_EXPRESSIONS);
  for (const Properties& expression : expressions) {
    const NftExpressionKind* kind = findNftExpressionKind(expression.text("kind"));
    if (kind == nullptr) {
      fail(
          attempt, EINVAL,
          "an expression of the kind " + std::string(expression.text("kind")) + " cannot be added");
    }
    const MessageWriter::Nest element(writer, NFTA_LIST_ELEM);
    writer.text(NFTA_EXPR_NAME, kind->kernelName);
    const MessageWriter::Nest data(writer, NFTA_EXPR_DATA);
    encodeData(*kind, expression, writer, attempt);
  }
}

Properties::List decodeNftExpressions(Bytes bytes) {
  Properties::List expressions;
  AttributeReader reader(bytes);
  while (const auto element = reader.next()) {
    expressions.push_back(decodeExpression(element->payload));
  }
  return expressions;
}

}  // namespace netwright
