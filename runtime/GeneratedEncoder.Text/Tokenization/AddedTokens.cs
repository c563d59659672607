using System.Buffers;

namespace GeneratedEncoder.Text;

/// <summary>A token that is found in a text as it stands, before the model sees it: "[MASK]".</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its characters.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LeftStrip">Whether it takes white space before it along.</param>
/// <param name="RightStrip">Whether it takes white space after it along.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, and in its normalized form.</param>
/// <param name="Special">Whether it is the model's, not the text's.</param>
internal sealed record AddedToken(
    int Id, string Content, bool SingleWord = false, bool LeftStrip = false, bool RightStrip = false, bool Normalized = false, bool Special = false);

/// <summary>
/// Finds where added tokens stand in a text, in time that grows with the text alone: the leftmost first, of those that begin at one
/// place the longest. <see cref="TokenSearch"/> decides which of them count.
/// </summary>
/// <remarks>
/// An automaton of Aho and Corasick over the tokens spelled backwards, which reads a text from its end: at each character it knows
/// the longest token that begins there.
/// </remarks>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<char> _firsts;
    private readonly CharTrie _backwards = new();
    private readonly int[] _shorter;
    private readonly int[] _longest;

    /// <param name="tokens">The tokens. Of two that are written alike the first counts.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(token => token.Content.Length > 0).DistinctBy(token => token.Content)];
        _firsts = SearchValues.Create(_tokens.Select(token => token.Content[0]).Distinct().ToArray());
        LongestToken = _tokens.Select(token => token.Content.Length).DefaultIfEmpty(0).Max();
        AnyLeftStrip = _tokens.Any(token => token.LeftStrip);
        for (int i = 0; i < _tokens.Length; i++)
        {
            _backwards.Add([.. _tokens[i].Content.Reverse()], i);
        }

        (_shorter, _longest) = (new int[_backwards.Nodes], new int[_backwards.Nodes]);
        _longest[CharTrie.Root] = CharTrie.None;
        Link();
    }

    /// <summary>Characters of the longest one; 0 where there is none.</summary>
    public int LongestToken { get; }

    /// <summary>Whether any takes white space before it along.</summary>
    public bool AnyLeftStrip { get; }

    /// <summary>The token of this number.</summary>
    public AddedToken this[int index] => _tokens[index];

    /// <summary>Whether a token may begin in a text.</summary>
    public bool MayBegin(ReadOnlySpan<char> text) => _tokens.Length > 0 && text.ContainsAny(_firsts);

    /// <summary>Finds the longest token that begins at each character of a text; -1 where none does.</summary>
    public void FindAll(ReadOnlySpan<char> text, Span<int> found)
    {
        int node = CharTrie.Root;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            node = Step(node, text[i]);
            found[i] = _longest[node];
        }
    }

    private int Step(int node, char c)
    {
        int next = _backwards.Next(node, c);
        while (next == CharTrie.None && node != CharTrie.Root)
        {
            node = _shorter[node];
            next = _backwards.Next(node, c);
        }

        return next == CharTrie.None ? CharTrie.Root : next;
    }

    /// <summary>
    /// Links each node to that of the longest beginning that it ends with, the shorter nodes first, since they are needed for the
    /// longer ones.
    /// </summary>
    private void Link()
    {
        List<(string Content, int Node)> growing = [.. _tokens.Select(token => (token.Content, CharTrie.Root))];
        for (int depth = 1; growing.Count > 0; depth++)
        {
            for (int i = 0; i < growing.Count; i++)
            {
                (string content, int parent) = growing[i];
                char c = content[^depth];
                int node = _backwards.Next(parent, c);
                growing[i] = (content, node);
                _shorter[node] = parent == CharTrie.Root ? CharTrie.Root : Step(_shorter[parent], c);
                _longest[node] = _backwards.Value(node) is >= 0 and int own ? own : _longest[_shorter[node]];
            }

            growing.RemoveAll(token => token.Content.Length == depth);
        }
    }
}
