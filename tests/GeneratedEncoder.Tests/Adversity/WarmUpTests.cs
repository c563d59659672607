namespace GeneratedEncoder.Tests;

/// <summary>A call on several threads from where the encoder's own class is initialised.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public void A_class_may_call_itself_on_two_threads_in_its_static_constructor() =>
        ChildProcess.Run(["static-constructor"], ("DOTNET_PROCESSOR_COUNT", "4"));
}
