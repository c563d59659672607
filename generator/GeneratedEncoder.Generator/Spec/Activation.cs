namespace GeneratedEncoder.Generator.Spec;

/// <summary>An activation, under the name of the function that is emitted for it.</summary>
internal enum Activation
{
    Relu,
    Gelu,
    GeluNew,
    Silu,

    /// <summary>Of poolers and classification heads; no feed-forward network has it.</summary>
    Tanh,
}

internal static class Activations
{
    public static Activation Of(HiddenAct act) => act switch
    {
        HiddenAct.Relu => Activation.Relu,
        HiddenAct.Gelu => Activation.Gelu,
        HiddenAct.GeluNew => Activation.GeluNew,
        HiddenAct.Silu => Activation.Silu,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "A value that the validator lets through."),
    };
}
