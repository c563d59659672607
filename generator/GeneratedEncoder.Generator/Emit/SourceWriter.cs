using System.Text;

namespace GeneratedEncoder.Generator.Emit;

/// <summary>Indented text, always with \n. Blocks are disposable, so that an emitter nests as its output does.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>One line, or several from a raw string; each gets the current indentation.</summary>
    public SourceWriter Line(string text = "")
    {
        foreach (string line in text.Replace("\r", "").Split('\n'))
        {
            if (line.Length > 0)
            {
                _text.Append(' ', 4 * _depth).Append(line);
            }

            _text.Append('\n');
        }

        return this;
    }

    public SourceWriter LineIf(bool condition, string text) => condition ? Line(text) : this;

    public SourceWriter Comment(string text) => Line("// " + text.Replace("\n", "\n// "));

    public SourceWriter Summary(string text) =>
        text.Contains('\n') ? Line("/// <summary>\n/// " + text.Replace("\n", "\n/// ") + "\n/// </summary>") : Line($"/// <summary>{text}</summary>");

    /// <summary>A header, which may be empty, and braces around what is written until the result is disposed.</summary>
    public Scope Block(string header)
    {
        if (header.Length > 0)
        {
            Line(header);
        }

        Line("{");
        _depth++;
        return new Scope(this);
    }

    /// <summary>The whole text. Every block must have ended.</summary>
    public string ToText()
    {
        if (_depth != 0)
        {
            throw new InvalidOperationException($"{_depth} blocks were not closed.");
        }

        return _text.ToString();
    }

    internal readonly struct Scope(SourceWriter writer) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer.Line("}");
        }
    }
}
