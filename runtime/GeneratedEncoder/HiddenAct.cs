namespace GeneratedEncoder;

/// <summary>The feed-forward network's activation, by the name that <c>hidden_act</c> has in a config.json.</summary>
public enum HiddenAct
{
    /// <summary><c>relu</c>: max(x, 0), as in the original transformer.</summary>
    Relu,

    /// <summary><c>gelu</c>: x / 2 * (1 + erf(x / sqrt(2))), the exact form.</summary>
    Gelu,

    /// <summary><c>gelu_new</c>: the tanh approximation, x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))).</summary>
    GeluNew,

    /// <summary><c>silu</c>: x / (1 + exp(-x)).</summary>
    Silu,
}
