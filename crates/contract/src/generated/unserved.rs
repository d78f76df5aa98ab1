// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Stands in for what a test does not serve.

use super::*;

/// Answers every operation with `UNAVAILABLE`.
#[derive(Debug, Clone, Copy)]
pub struct Unserved;

impl Apis {
    /// Serves nothing. A test puts in the parts that it needs.
    pub fn unserved() -> Self {
        Self {
            auth: Arc::new(Unserved),
            users: Arc::new(Unserved),
            organizations: Arc::new(Unserved),
            stations: Arc::new(Unserved),
            roles: Arc::new(Unserved),
            api_keys: Arc::new(Unserved),
            products: Arc::new(Unserved),
            variants: Arc::new(Unserved),
            allocations: Arc::new(Unserved),
            assignments: Arc::new(Unserved),
            events: Arc::new(Unserved),
            webhooks: Arc::new(Unserved),
            operations: Arc::new(Unserved),
        }
    }
}

fn unserved<T>() -> Result<T, Problem> {
    Err(Problem::new(
        ProblemCode::Unavailable,
        "Nothing serves this operation.",
    ))
}

#[async_trait]
impl AuthApi for Unserved {
    async fn login(&self, _: Call, _: LoginRequest) -> Result<LoginReply, Problem> {
        unserved()
    }
    async fn refresh_tokens(
        &self,
        _: Call,
        _: RefreshRequest,
    ) -> Result<RefreshTokensReply, Problem> {
        unserved()
    }
    async fn logout(&self, _: Call) -> Result<LogoutReply, Problem> {
        unserved()
    }
    async fn accept_invitation(
        &self,
        _: Call,
        _: InvitationAcceptance,
    ) -> Result<AcceptInvitationReply, Problem> {
        unserved()
    }
    async fn list_sessions(&self, _: Call) -> Result<ListSessionsReply, Problem> {
        unserved()
    }
    async fn end_sessions(&self, _: Call) -> Result<EndSessionsReply, Problem> {
        unserved()
    }
    async fn end_session(&self, _: Call, _: EndSessionParams) -> Result<EndSessionReply, Problem> {
        unserved()
    }
    async fn change_password(
        &self,
        _: Call,
        _: PasswordChange,
    ) -> Result<ChangePasswordReply, Problem> {
        unserved()
    }
    async fn invite_user(&self, _: Call, _: InviteUserParams) -> Result<InviteUserReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl UsersApi for Unserved {
    async fn list_users(&self, _: Call, _: ListUsersParams) -> Result<ListUsersReply, Problem> {
        unserved()
    }
    async fn create_user(&self, _: Call, _: NewUser) -> Result<CreateUserReply, Problem> {
        unserved()
    }
    async fn get_current_user(&self, _: Call) -> Result<GetCurrentUserReply, Problem> {
        unserved()
    }
    async fn update_current_user(
        &self,
        _: Call,
        _: UserUpdate,
    ) -> Result<UpdateCurrentUserReply, Problem> {
        unserved()
    }
    async fn get_user(&self, _: Call, _: GetUserParams) -> Result<GetUserReply, Problem> {
        unserved()
    }
    async fn update_user(
        &self,
        _: Call,
        _: UpdateUserParams,
        _: UserUpdate,
    ) -> Result<UpdateUserReply, Problem> {
        unserved()
    }
    async fn delete_user(&self, _: Call, _: DeleteUserParams) -> Result<DeleteUserReply, Problem> {
        unserved()
    }
    async fn activate_user(
        &self,
        _: Call,
        _: ActivateUserParams,
    ) -> Result<ActivateUserReply, Problem> {
        unserved()
    }
    async fn deactivate_user(
        &self,
        _: Call,
        _: DeactivateUserParams,
    ) -> Result<DeactivateUserReply, Problem> {
        unserved()
    }
    async fn erase_user(&self, _: Call, _: EraseUserParams) -> Result<EraseUserReply, Problem> {
        unserved()
    }
    async fn list_user_assignments(
        &self,
        _: Call,
        _: ListUserAssignmentsParams,
    ) -> Result<ListUserAssignmentsReply, Problem> {
        unserved()
    }
    async fn list_organization_partners(
        &self,
        _: Call,
        _: ListOrganizationPartnersParams,
    ) -> Result<ListOrganizationPartnersReply, Problem> {
        unserved()
    }
    async fn create_organization_partner(
        &self,
        _: Call,
        _: CreateOrganizationPartnerParams,
        _: NewOrganizationUser,
    ) -> Result<CreateOrganizationPartnerReply, Problem> {
        unserved()
    }
    async fn list_organization_operators(
        &self,
        _: Call,
        _: ListOrganizationOperatorsParams,
    ) -> Result<ListOrganizationOperatorsReply, Problem> {
        unserved()
    }
    async fn create_organization_operator(
        &self,
        _: Call,
        _: CreateOrganizationOperatorParams,
        _: NewOperator,
    ) -> Result<CreateOrganizationOperatorReply, Problem> {
        unserved()
    }
    async fn list_organization_members(
        &self,
        _: Call,
        _: ListOrganizationMembersParams,
    ) -> Result<ListOrganizationMembersReply, Problem> {
        unserved()
    }
    async fn create_organization_member(
        &self,
        _: Call,
        _: CreateOrganizationMemberParams,
        _: NewOrganizationUser,
    ) -> Result<CreateOrganizationMemberReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl OrganizationsApi for Unserved {
    async fn list_organizations(
        &self,
        _: Call,
        _: ListOrganizationsParams,
    ) -> Result<ListOrganizationsReply, Problem> {
        unserved()
    }
    async fn create_organization(
        &self,
        _: Call,
        _: NewOrganization,
    ) -> Result<CreateOrganizationReply, Problem> {
        unserved()
    }
    async fn get_organization(
        &self,
        _: Call,
        _: GetOrganizationParams,
    ) -> Result<GetOrganizationReply, Problem> {
        unserved()
    }
    async fn update_organization(
        &self,
        _: Call,
        _: UpdateOrganizationParams,
        _: OrganizationUpdate,
    ) -> Result<UpdateOrganizationReply, Problem> {
        unserved()
    }
    async fn delete_organization(
        &self,
        _: Call,
        _: DeleteOrganizationParams,
    ) -> Result<DeleteOrganizationReply, Problem> {
        unserved()
    }
    async fn suspend_organization(
        &self,
        _: Call,
        _: SuspendOrganizationParams,
    ) -> Result<SuspendOrganizationReply, Problem> {
        unserved()
    }
    async fn activate_organization(
        &self,
        _: Call,
        _: ActivateOrganizationParams,
    ) -> Result<ActivateOrganizationReply, Problem> {
        unserved()
    }
    async fn get_organization_settings(
        &self,
        _: Call,
        _: GetOrganizationSettingsParams,
    ) -> Result<GetOrganizationSettingsReply, Problem> {
        unserved()
    }
    async fn update_organization_settings(
        &self,
        _: Call,
        _: UpdateOrganizationSettingsParams,
        _: OrganizationSettingsUpdate,
    ) -> Result<UpdateOrganizationSettingsReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl StationsApi for Unserved {
    async fn list_organization_stations(
        &self,
        _: Call,
        _: ListOrganizationStationsParams,
    ) -> Result<ListOrganizationStationsReply, Problem> {
        unserved()
    }
    async fn create_station(
        &self,
        _: Call,
        _: CreateStationParams,
        _: NewStation,
    ) -> Result<CreateStationReply, Problem> {
        unserved()
    }
    async fn list_stations(
        &self,
        _: Call,
        _: ListStationsParams,
    ) -> Result<ListStationsReply, Problem> {
        unserved()
    }
    async fn get_station(&self, _: Call, _: GetStationParams) -> Result<GetStationReply, Problem> {
        unserved()
    }
    async fn update_station(
        &self,
        _: Call,
        _: UpdateStationParams,
        _: StationUpdate,
    ) -> Result<UpdateStationReply, Problem> {
        unserved()
    }
    async fn delete_station(
        &self,
        _: Call,
        _: DeleteStationParams,
    ) -> Result<DeleteStationReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl RolesApi for Unserved {
    async fn list_permissions(&self, _: Call) -> Result<ListPermissionsReply, Problem> {
        unserved()
    }
    async fn list_roles(&self, _: Call, _: ListRolesParams) -> Result<ListRolesReply, Problem> {
        unserved()
    }
    async fn create_role(&self, _: Call, _: NewRole) -> Result<CreateRoleReply, Problem> {
        unserved()
    }
    async fn get_role(&self, _: Call, _: GetRoleParams) -> Result<GetRoleReply, Problem> {
        unserved()
    }
    async fn update_role(
        &self,
        _: Call,
        _: UpdateRoleParams,
        _: RoleUpdate,
    ) -> Result<UpdateRoleReply, Problem> {
        unserved()
    }
    async fn delete_role(&self, _: Call, _: DeleteRoleParams) -> Result<DeleteRoleReply, Problem> {
        unserved()
    }
    async fn list_user_roles(
        &self,
        _: Call,
        _: ListUserRolesParams,
    ) -> Result<ListUserRolesReply, Problem> {
        unserved()
    }
    async fn grant_role(
        &self,
        _: Call,
        _: GrantRoleParams,
        _: RoleGrant,
    ) -> Result<GrantRoleReply, Problem> {
        unserved()
    }
    async fn revoke_role(&self, _: Call, _: RevokeRoleParams) -> Result<RevokeRoleReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl ApiKeysApi for Unserved {
    async fn list_api_keys(
        &self,
        _: Call,
        _: ListApiKeysParams,
    ) -> Result<ListApiKeysReply, Problem> {
        unserved()
    }
    async fn create_api_key(
        &self,
        _: Call,
        _: NewOrganizationApiKey,
    ) -> Result<CreateApiKeyReply, Problem> {
        unserved()
    }
    async fn get_api_key(&self, _: Call, _: GetApiKeyParams) -> Result<GetApiKeyReply, Problem> {
        unserved()
    }
    async fn revoke_api_key(
        &self,
        _: Call,
        _: RevokeApiKeyParams,
    ) -> Result<RevokeApiKeyReply, Problem> {
        unserved()
    }
    async fn rotate_api_key(
        &self,
        _: Call,
        _: RotateApiKeyParams,
        _: ApiKeyRotation,
    ) -> Result<RotateApiKeyReply, Problem> {
        unserved()
    }
    async fn list_user_api_keys(
        &self,
        _: Call,
        _: ListUserApiKeysParams,
    ) -> Result<ListUserApiKeysReply, Problem> {
        unserved()
    }
    async fn create_user_api_key(
        &self,
        _: Call,
        _: CreateUserApiKeyParams,
        _: NewApiKey,
    ) -> Result<CreateUserApiKeyReply, Problem> {
        unserved()
    }
    async fn revoke_user_api_key(
        &self,
        _: Call,
        _: RevokeUserApiKeyParams,
    ) -> Result<RevokeUserApiKeyReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl ProductsApi for Unserved {
    async fn list_products(
        &self,
        _: Call,
        _: ListProductsParams,
    ) -> Result<ListProductsReply, Problem> {
        unserved()
    }
    async fn create_product(&self, _: Call, _: NewProduct) -> Result<CreateProductReply, Problem> {
        unserved()
    }
    async fn get_product(&self, _: Call, _: GetProductParams) -> Result<GetProductReply, Problem> {
        unserved()
    }
    async fn update_product(
        &self,
        _: Call,
        _: UpdateProductParams,
        _: ProductUpdate,
    ) -> Result<UpdateProductReply, Problem> {
        unserved()
    }
    async fn delete_product(
        &self,
        _: Call,
        _: DeleteProductParams,
    ) -> Result<DeleteProductReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl VariantsApi for Unserved {
    async fn list_product_variants(
        &self,
        _: Call,
        _: ListProductVariantsParams,
    ) -> Result<ListProductVariantsReply, Problem> {
        unserved()
    }
    async fn create_product_variant(
        &self,
        _: Call,
        _: CreateProductVariantParams,
        _: NewProductVariant,
    ) -> Result<CreateProductVariantReply, Problem> {
        unserved()
    }
    async fn get_variant(&self, _: Call, _: GetVariantParams) -> Result<GetVariantReply, Problem> {
        unserved()
    }
    async fn update_variant(
        &self,
        _: Call,
        _: UpdateVariantParams,
        _: ProductVariantUpdate,
    ) -> Result<UpdateVariantReply, Problem> {
        unserved()
    }
    async fn delete_variant(
        &self,
        _: Call,
        _: DeleteVariantParams,
    ) -> Result<DeleteVariantReply, Problem> {
        unserved()
    }
    async fn get_variant_availability(
        &self,
        _: Call,
        _: GetVariantAvailabilityParams,
    ) -> Result<GetVariantAvailabilityReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl AllocationsApi for Unserved {
    async fn list_allocations(
        &self,
        _: Call,
        _: ListAllocationsParams,
    ) -> Result<ListAllocationsReply, Problem> {
        unserved()
    }
    async fn get_allocation(
        &self,
        _: Call,
        _: GetAllocationParams,
    ) -> Result<GetAllocationReply, Problem> {
        unserved()
    }
    async fn put_allocation(
        &self,
        _: Call,
        _: PutAllocationParams,
        _: AllocationUpdate,
    ) -> Result<PutAllocationReply, Problem> {
        unserved()
    }
    async fn delete_allocation(
        &self,
        _: Call,
        _: DeleteAllocationParams,
    ) -> Result<DeleteAllocationReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl AssignmentsApi for Unserved {
    async fn list_assignments(
        &self,
        _: Call,
        _: ListAssignmentsParams,
    ) -> Result<ListAssignmentsReply, Problem> {
        unserved()
    }
    async fn create_assignment(
        &self,
        _: Call,
        _: NewAssignment,
    ) -> Result<CreateAssignmentReply, Problem> {
        unserved()
    }
    async fn create_assignment_batch(
        &self,
        _: Call,
        _: AssignmentBatch,
    ) -> Result<CreateAssignmentBatchReply, Problem> {
        unserved()
    }
    async fn get_assignment(
        &self,
        _: Call,
        _: GetAssignmentParams,
    ) -> Result<GetAssignmentReply, Problem> {
        unserved()
    }
    async fn patch_assignment(
        &self,
        _: Call,
        _: PatchAssignmentParams,
        _: AssignmentPatch,
    ) -> Result<PatchAssignmentReply, Problem> {
        unserved()
    }
    async fn revoke_assignment(
        &self,
        _: Call,
        _: RevokeAssignmentParams,
    ) -> Result<RevokeAssignmentReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl EventsApi for Unserved {
    async fn get_log_head(&self, _: Call, _: GetLogHeadParams) -> Result<GetLogHeadReply, Problem> {
        unserved()
    }
    async fn list_events(&self, _: Call, _: ListEventsParams) -> Result<ListEventsReply, Problem> {
        unserved()
    }
    async fn export_events_as_ndjson(
        &self,
        _: Call,
        _: ExportEventsAsNdjsonParams,
    ) -> Result<ExportEventsAsNdjsonReply, Problem> {
        unserved()
    }
    async fn export_events_as_csv(
        &self,
        _: Call,
        _: ExportEventsAsCsvParams,
    ) -> Result<ExportEventsAsCsvReply, Problem> {
        unserved()
    }
    async fn stream_events(
        &self,
        _: Call,
        _: StreamEventsParams,
    ) -> Result<StreamEventsReply, Problem> {
        unserved()
    }
    async fn create_event_ticket(&self, _: Call) -> Result<CreateEventTicketReply, Problem> {
        unserved()
    }
    async fn list_organization_events(
        &self,
        _: Call,
        _: ListOrganizationEventsParams,
    ) -> Result<ListOrganizationEventsReply, Problem> {
        unserved()
    }
    async fn list_station_events(
        &self,
        _: Call,
        _: ListStationEventsParams,
    ) -> Result<ListStationEventsReply, Problem> {
        unserved()
    }
    async fn list_user_events(
        &self,
        _: Call,
        _: ListUserEventsParams,
    ) -> Result<ListUserEventsReply, Problem> {
        unserved()
    }
    async fn list_product_events(
        &self,
        _: Call,
        _: ListProductEventsParams,
    ) -> Result<ListProductEventsReply, Problem> {
        unserved()
    }
    async fn list_variant_events(
        &self,
        _: Call,
        _: ListVariantEventsParams,
    ) -> Result<ListVariantEventsReply, Problem> {
        unserved()
    }
    async fn list_assignment_events(
        &self,
        _: Call,
        _: ListAssignmentEventsParams,
    ) -> Result<ListAssignmentEventsReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl WebhooksApi for Unserved {
    async fn list_webhooks(
        &self,
        _: Call,
        _: ListWebhooksParams,
    ) -> Result<ListWebhooksReply, Problem> {
        unserved()
    }
    async fn create_webhook(&self, _: Call, _: NewWebhook) -> Result<CreateWebhookReply, Problem> {
        unserved()
    }
    async fn get_webhook(&self, _: Call, _: GetWebhookParams) -> Result<GetWebhookReply, Problem> {
        unserved()
    }
    async fn update_webhook(
        &self,
        _: Call,
        _: UpdateWebhookParams,
        _: WebhookUpdate,
    ) -> Result<UpdateWebhookReply, Problem> {
        unserved()
    }
    async fn delete_webhook(
        &self,
        _: Call,
        _: DeleteWebhookParams,
    ) -> Result<DeleteWebhookReply, Problem> {
        unserved()
    }
    async fn enable_webhook(
        &self,
        _: Call,
        _: EnableWebhookParams,
    ) -> Result<EnableWebhookReply, Problem> {
        unserved()
    }
    async fn disable_webhook(
        &self,
        _: Call,
        _: DisableWebhookParams,
    ) -> Result<DisableWebhookReply, Problem> {
        unserved()
    }
    async fn rotate_webhook_secret(
        &self,
        _: Call,
        _: RotateWebhookSecretParams,
        _: WebhookRotation,
    ) -> Result<RotateWebhookSecretReply, Problem> {
        unserved()
    }
    async fn ping_webhook(
        &self,
        _: Call,
        _: PingWebhookParams,
    ) -> Result<PingWebhookReply, Problem> {
        unserved()
    }
    async fn recover_webhook(
        &self,
        _: Call,
        _: RecoverWebhookParams,
        _: WebhookRecovery,
    ) -> Result<RecoverWebhookReply, Problem> {
        unserved()
    }
    async fn list_deliveries(
        &self,
        _: Call,
        _: ListDeliveriesParams,
    ) -> Result<ListDeliveriesReply, Problem> {
        unserved()
    }
    async fn get_delivery(
        &self,
        _: Call,
        _: GetDeliveryParams,
    ) -> Result<GetDeliveryReply, Problem> {
        unserved()
    }
    async fn redeliver(&self, _: Call, _: RedeliverParams) -> Result<RedeliverReply, Problem> {
        unserved()
    }
}

#[async_trait]
impl OperationsApi for Unserved {
    async fn get_health(&self, _: Call) -> Result<GetHealthReply, Problem> {
        unserved()
    }
    async fn get_readiness(&self, _: Call) -> Result<GetReadinessReply, Problem> {
        unserved()
    }
    async fn get_jwks(&self, _: Call) -> Result<GetJwksReply, Problem> {
        unserved()
    }
}
