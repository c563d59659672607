// The texts that every tokenizer's goldens are made of: what people write, and what breaks tokenizers.

const plain = [
  "", " ", "hello world", "Hello, World!", "The cat sat on the mat because it was tired.",
  "The bank of the river was muddy; the bank lent him the money.",
  "Transformers are amazing.", "A man is eating a piece of bread.", "It's John's dog, isn't it?", "don't, won't, can't, I'll, we've, you'd, they're, I'm",
  "What is the capital of France?", "Paris is the capital of France.", "unaffable", "antidisestablishmentarianism", "tokenization tokenizers tokenizing",
  "e-mail: someone@example.com, see https://example.com/a/b?c=d&e=f#g", "C# and F# on .NET 10.0; C++17, Node.js", "x = (a+b)*c/d - e^f % g", "snake_case camelCase PascalCase kebab-case",
  "$19.99 or €20,00 or £5 or ¥1000", "3.14159 1,000,000 2026-11-24T00:29:26Z 12:30", "50% off!!! Buy now???", "\"quoted\" 'single' “curly” ‘curly’ «guillemets»", "(a) [b] {c} <d> |e| `f` ~g~",
  "ellipsis... ellipsis… dash - – — ―", "one\ttab\nnew line\r\ncrlf  two  spaces   three", "  leading and trailing  ", "a", "A", "I", ".", "...", "?!", "word.", ".word", "wo.rd",
  "ALL CAPS SHOUTING", "MiXeD cAsE", "The quick brown fox jumps over the lazy dog", "one two three four five six seven eight nine ten", "supercalifragilisticexpialidocious is a word",
  "<html><body class=\"x\">text</body></html>", "{\"key\": [1, 2.5, null, true]}", "SELECT * FROM t WHERE a = 'b';", "#hashtag @mention", "a/b\\c:d*e?f\"g<h>i|j",
];

const accents = [
  "Café au lait, crème brûlée", "naïve façade coöperate", "Müller straße Größe Übergröße", "Ångström Øresund æther œuvre", "señor niño mañana ¿qué? ¡sí!", "Žluťoučký kůň úpěl ďábelské ódy", "Pójdźże, kiń tę chmurność w głąb flaszy",
  "İstanbul ISPARTA ılık IĞDIR", "Çağrı şöyle dedi", "cafe\u0301 decomposed, cafe\u0301s", "A\u030Angstro\u0308m", "e\u0301\u0302\u0323 stacked", "\u0301 lone accent", "Tiếng Việt có dấu", "ß ẞ ŉ ǰ ΐ ΰ", "Ǆ ǅ ǆ Ǉ", "ﬁne ﬂow oﬀice ﬃ ﬄ",
  "İ", "i̇", "Σίσυφος ΣΊΣΥΦΟΣ ΟΔΟΣ", "Ελληνικά γράμματα", "Привет, мир! Ёлка, йод", "Київ Їжак Ґанок", "שלום עולם", "שָׁלוֹם", "مرحبا بالعالم", "العَرَبِيَّة", "नमस्ते दुनिया", "ภาษาไทย", "தமிழ்", "Հայերեն ՀԱՅԵՐԵՆ", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "አማርኛ", "ᏣᎳᎩ ꮳꮃꭹ",
];

const asian = [
  "你好，世界！", "我爱北京天安门", "中文english混合text", "東京都に住んでいます", "ひらがな カタカナ ｶﾀｶﾅ", "한국어 텍스트입니다", "한국어 (decomposed)", "繁體中文測試", "𠀀𠀁 extension B", "㐀㐁 extension A", "豈更 compatibility", "３．１４ ＡＢＣ ａｂｃ", "。、「」『』【】", "第1章：はじめに", "日本語とEnglishと한국어",
  "々〆〇 ideographic marks", "丽 compatibility supplement",
];

const odd = [
  "I ❤ NY", "I ❤️ NY 😀😃", "👨‍👩‍👧‍👦 family", "🇫🇷🇩🇪 flags", "thumbs 👍🏽 up", "text😀text", "☃ ★ ♫ ✓ ™ ® © ° ± × ÷", "½ ⅓ ² ³ ₂ ¹", "𝒳 𝔸𝔹ℂ ℕ ℝ", "ⅷ Ⅷ ① ⑳ ㎏", "→ ⇒ ∀ ∃ ∈ ∑ √ ∞ ≠ ≤",
  "zero\u200Bwidth\u200Djoiner\u200Cnon\uFEFFbom", "soft\u00ADhyphen", "nb\u00A0space thin\u2009space ideographic\u3000space", "line\u2028separator paragraph\u2029separator", "null\u0000byte bell\u0007 escape\u001B del\u007F c1\u0085\u009F", "replacement \uFFFD here", "private \uE000 use", "vertical\u000Btab form\u000Cfeed", "\u200E\u200F\u202A\u202E bidi",
  "[CLS] [SEP] [MASK] [PAD] [UNK]", "a [MASK] b", "a[SEP]b", "[mask] [Mask]", "[CLS]", "[MASK][MASK]", "[[MASK]]", "[ MASK ]", "##ing ##s #", "<s> </s> <pad> <unk> <mask>", "a <mask> b", "a<mask>b", "</s></s>", "▁under▁score", "_ __ ___", "^ ` ~ | $ + < = >",
  "x".repeat(100), "x".repeat(101), "a " + "y".repeat(150) + " b", "é".repeat(100), "é".repeat(101), "😀".repeat(60), "1".repeat(40), "!".repeat(20), "word ".repeat(30).trim(), "aaaa".repeat(24), "-".repeat(101),
  "ⓐⓑ Ⓐ", "ﷺ", "\u0958 composed exclusion", "K Kelvin Å Angstrom Ω Ohm", "ſ long s", "\u1E9E", "ǅ titlecase", "Ა", "\u00B7 middle dot", "؟ ، ؛", "‽ ⁇ ⸘", "\u05BE maqaf \u061B", "₿ ₹ ₽", "\u{1F1}", "\u{10400}\u{10428} deseret", "𐐀", "\u{1E900} adlam", "٣ ४ ௫",
];

const languages = [
  "Der schnelle braune Fuchs springt über den faulen Hund.", "Le renard brun rapide saute par-dessus le chien paresseux.", "El veloz zorro marrón salta sobre el perro perezoso.", "La rapida volpe marrone salta sopra il cane pigro.", "De snelle bruine vos springt over de luie hond.", "Szybki brązowy lis przeskakuje nad leniwym psem.", "Быстрая коричневая лиса прыгает через ленивую собаку.", "素早い茶色の狐がのろまな犬を飛び越える。", "敏捷的棕色狐狸跳过了懒狗。", "빠른 갈색 여우가 게으른 개를 뛰어넘는다.", "الثعلب البني السريع يقفز فوق الكلب الكسول.", "Nopea ruskea kettu hyppää laiskan koiran yli.", "Hızlı kahverengi tilki tembel köpeğin üzerinden atlar.", "Con cáo nâu nhanh nhẹn nhảy qua con chó lười.", "Η γρήγορη καφέ αλεπού πηδά πάνω από το τεμπέλικο σκυλί.",
];

// Sentences put together at random, the same in every run: words of every kind beside each other.
function mixed(count) {
  let state = 12345;
  const next = n => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;
  const words = [...plain, ...accents, ...asian, ...odd, ...languages].flatMap(text => text.split(/[ ]+/)).filter(word => word.length > 0 && word.length < 40);
  return Array.from({ length: count }, () => Array.from({ length: 2 + next(14) }, () => words[next(words.length)]).join(next(8) === 0 ? "" : " "));
}

export const corpus = [...plain, ...accents, ...asian, ...odd, ...languages, ...mixed(150)];

export const pairs = [["hello world", "how are you?"], ["", ""], ["What is the capital of France?", "Paris is the capital of France."], ["a", ""], ["", "b"], ["你好", "Café"], ["x [SEP] y", "z </s> w"]];
